import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { attempt, type Ran } from './run.ts';

export interface BoxFile {
  readonly text: string;
  readonly mode?: number;
}

interface BoxOptions {
  /** A directory of its own; `remove` deletes it. */
  readonly directory: string;
  readonly lower: string;
  /** The network namespace that the machine lives in. */
  readonly namespace: string;
  readonly hostName: string;
  /** Written before the machine starts, by absolute path. Directories of `tokens.d` and `passwords.d` are closed. */
  readonly files: Readonly<Record<string, BoxFile | string>>;
  /** Files or directories of this machine to be seen inside, read-only. */
  readonly binds?: Readonly<Record<string, string>>;
  /** Shell text that PID 1 runs; afterwards the machine stays up until somebody ends it. */
  readonly init: string;
  readonly lifeSeconds?: number;
}

/** How a machine ended: from inside, by `cutPower`, or because its PID 1 failed. */
export type BoxEnd = { readonly how: 'power-off' | 'cut' } | { readonly how: 'failed'; readonly why: string };

/** A running machine: a root file system, processes and a host name of its own in a given network. */
export interface Box {
  /** Its PID 1, as this machine numbers it. */
  readonly pid: number;
  readonly ended: Promise<BoxEnd>;
  /** Runs a command inside, as root or as a user of the box. */
  exec(argv: readonly string[], options?: ExecOptions): Promise<Ran>;
  /** What its processes have written on the console so far. */
  console(): string;
  /** As if somebody had pulled the plug. */
  cutPower(): Promise<void>;
  /** Cuts its power if that is still on, and deletes what it has written. */
  remove(): Promise<void>;
}

interface ExecOptions {
  readonly user?: string;
  readonly input?: string;
  readonly timeoutSeconds?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const SCRIPT = fileURLToPath(new URL('./box.sh', import.meta.url));
const USUAL_LIFE_SECONDS = 1800;
const MOST_CONSOLE = 1024 * 1024;
/** Address space of one process, so that a program gone wild meets its own end and not that of this machine. */
const MOST_MEMORY_BYTES = 64 * 1024 ** 3;
const CLOSED = new Set(['tokens.d', 'passwords.d']);
/** What was written on the console just before has to get there, as it does on a machine that takes its time. */
const POWER_OFF = '#!/bin/sh\necho "power off: $0 $*" >/dev/console\nsleep 0.1\nkill -TERM 1\n';
const POWER_COMMANDS = ['shutdown', 'poweroff', 'halt', 'reboot'] as const;

const initText = (steps: string): string =>
  `#!/bin/sh\ntrap 'exit 0' TERM\n(\n${steps}\n) &\nwait $!\nwhile :; do sleep 3600 & wait $!; done\n`;

const writeFiles = async (
  upper: string,
  files: Readonly<Record<string, BoxFile | string>>,
): Promise<void> => {
  for (const [path, given] of Object.entries(files)) {
    const { text, mode = 0o644 } = typeof given === 'string' ? { text: given } : given;
    const to = join(upper, path);
    await mkdir(dirname(to), { recursive: true });
    if (CLOSED.has(dirname(to).split('/').pop() ?? '')) await chmod(dirname(to), 0o700);
    await writeFile(to, text);
    await chmod(to, mode);
  }
};

const asUser = (user: string | undefined): readonly string[] =>
  user === undefined ? [] : ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups'];

/** PID 1 of the box as this machine numbers it, once it is inside its root. */
const pidOne = async (outer: number, hasEnded: () => boolean): Promise<number> => {
  for (;;) {
    if (hasEnded()) throw new Error('the box ended before it had started');
    const [child] = readFileSync(`/proc/${outer}/task/${outer}/children`, 'utf8').split(' ');
    const pid = Number(child);
    if (pid > 0 && readlinkSync(`/proc/${pid}/root`) !== '/') return pid;
    await pause(5);
  }
};

const contained = (namespace: string, argv: readonly string[]): readonly string[] => [
  ...['setpriv', '--pdeathsig', 'KILL', 'ip', 'netns', 'exec', namespace],
  ...['prlimit', `--as=${MOST_MEMORY_BYTES}`],
  ...['unshare', '--mount', '--pid', '--uts', '--ipc', '--fork', '--kill-child', '--propagation', 'private'],
  ...argv,
];

/** Starts a machine. It ends with the process that has started it, if nothing ends it before. */
export const startBox = async (options: BoxOptions): Promise<Box> => {
  const { directory, lower, namespace, hostName, binds = {}, lifeSeconds = USUAL_LIFE_SECONDS } = options;
  const upper = join(directory, 'upper');
  for (const part of ['upper', 'work', 'root']) await mkdir(join(directory, part), { recursive: true });
  const off = Object.fromEntries(
    POWER_COMMANDS.map((name) => [`/usr/sbin/${name}`, { text: POWER_OFF, mode: 0o755 }]),
  );
  const init = { '/aerie-init': { text: initText(options.init), mode: 0o755 } };
  await writeFiles(upper, { ...off, ...init, ...options.files });

  const bound = Object.entries(binds)
    .map(([inside, outside]) => `${outside} ${inside}`)
    .join('\n');
  const [command = '', ...args] = contained(namespace, [
    'sh',
    SCRIPT,
    directory,
    lower,
    hostName,
    bound,
    '/aerie-init',
  ]);
  const outer = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let written = '';
  for (const stream of [outer.stdout, outer.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      written = (written + chunk).slice(-MOST_CONSOLE);
    });
  }
  let cut = false;
  const ended: Promise<BoxEnd> = once(outer, 'exit').then(([code]) => {
    clearTimeout(tooLong);
    if (cut) return { how: 'cut' };
    return code === 0
      ? { how: 'power-off' }
      : { how: 'failed', why: `PID 1 ended with ${code}: ${written.slice(-500)}` };
  });
  const cutPower = async (): Promise<void> => {
    if (outer.exitCode !== null || outer.signalCode !== null) return;
    cut = true;
    // --kill-child makes the kernel kill PID 1 and with it everything inside.
    outer.kill('SIGKILL');
    await ended;
  };
  const tooLong = setTimeout(() => void cutPower(), lifeSeconds * 1000);
  tooLong.unref();
  const inside = await pidOne(outer.pid ?? 0, () => outer.exitCode !== null).catch((error: unknown) => {
    throw new Error(`${namespace} did not start: ${written}`, { cause: error });
  });
  return {
    pid: inside,
    ended,
    exec: (argv, { user, env = {}, ...rest } = {}) =>
      attempt(
        [
          ...['nsenter', '-t', `${inside}`, '-m', '-p', '-u', '-i', '-n', '-r', '-w'],
          ...['env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL=C'],
          ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
          ...asUser(user),
          ...argv,
        ],
        rest,
      ),
    console: () => written,
    cutPower,
    async remove() {
      await cutPower();
      await rm(directory, { recursive: true, force: true });
    },
  };
};
