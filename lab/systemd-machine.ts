import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { attempt, type Ran, run } from './run.ts';

interface SystemdMachineOptions {
  readonly lower: string;
  readonly hostName: string;
  /** Seen inside by absolute path before anything starts, and not to be written to. */
  readonly files: Readonly<Record<string, string>>;
}

/** A machine whose first process is systemd. It has a network of its own, with nothing in it but the loopback. */
export interface SystemdMachine {
  /** Runs a shell text inside as root, whatever comes of it. */
  sh(text: string, input?: string): Promise<Ran>;
  /** Runs a shell text that has to succeed; gives what it prints. */
  sure(text: string, input?: string): Promise<string>;
  /** Puts a file of this machine's inside. */
  bring(from: string, to: string): Promise<void>;
  remove(): Promise<void>;
}

const BOOT_SECONDS = 120;
/** systemd ends its services within 90 s when it is told to power off. */
const END_SECONDS = 100;

/**
 * The lab's root under a layer in memory, which goes when the machine does. This machine may have cgroups of the first
 * version, of which systemd 258 and newer want nothing: the second one is mounted inside, without controllers if need be.
 */
const nspawn = (directory: string, { lower, hostName, files }: SystemdMachineOptions): readonly string[] => [
  // Told to end if this process dies; ended by force, it would leave the machine behind.
  ...['setpriv', '--pdeathsig', 'TERM', 'systemd-nspawn', '--quiet', `--directory=${lower}`],
  ...['--volatile=overlay', '--register=no', '--keep-unit', '--private-network', '--console=pipe'],
  ...['--resolv-conf=off', '--timezone=off', '--link-journal=no', `--machine=${hostName}`],
  ...Object.keys(files).map((path) => `--bind-ro=${join(directory, path)}:${path}`),
  ...['--kill-signal=SIGRTMIN+3', '/lib/systemd/systemd', 'systemd.unit=multi-user.target'],
];

const childOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0] ?? 0);

/** Starts a machine under systemd-nspawn and waits until systemd has started all that it starts by itself. */
export const startSystemdMachine = async (options: SystemdMachineOptions): Promise<SystemdMachine> => {
  const directory = await mkdtemp(join(tmpdir(), 'aerie-systemd-'));
  const files = { '/etc/hostname': `${options.hostName}\n`, ...options.files };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  const [command = '', ...args] = nspawn(directory, { ...options, files });
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' },
  });
  let console_ = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      console_ += text;
    });
  }
  const ended = once(child, 'exit');
  const remove = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await Promise.race([ended, pause(END_SECONDS * 1000, undefined, { ref: false })]);
    }
    await rm(directory, { recursive: true, force: true });
  };
  let leader = 0;
  const inside = (argv: readonly string[], input?: string) =>
    attempt(
      [
        ...['nsenter', '-t', `${leader}`, '-a', 'env', '-i'],
        ...['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LC_ALL=C'],
        ...argv,
      ],
      { timeoutSeconds: 180, ...(input === undefined ? {} : { input }) },
    );
  const sh = (text: string, input?: string) => inside(['bash', '-ec', text], input);
  const isUp = async () => {
    if (child.exitCode !== null) throw new Error(`systemd-nspawn ended: ${console_}`);
    leader = childOf(child.pid ?? 0);
    return leader > 0 && (await sh('systemctl is-system-running --wait')).stdout.trim() === 'running';
  };
  const end = Date.now() + BOOT_SECONDS * 1000;
  while (!(await isUp())) {
    if (Date.now() > end) {
      const failed = (await sh('systemctl --failed --no-pager; journalctl --no-pager | tail -30')).stdout;
      await remove();
      throw new Error(`systemd was not up after ${BOOT_SECONDS} s: ${console_} ${failed}`);
    }
    await pause(200);
  }
  return {
    sh,
    async sure(text, input) {
      const { code, stdout, stderr } = await sh(text, input);
      if (code !== 0) throw new Error(`${text} ended with ${code}: ${stderr} ${stdout}`);
      return stdout;
    },
    async bring(from, to) {
      await run(['cp', from, `/proc/${leader}/root${to}`]);
    },
    remove,
  };
};
