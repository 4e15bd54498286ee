import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleEndpoint } from '../../collector/bundle.ts';
import { CLAIMS } from './join-proof.ts';
import { COLLECTOR_ROW, SECRET } from './serving.ts';

/** The endpoint does not run as root; tests may. */
const somebody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** HTCondor's tools as far as a process needs them: an empty pool, and a token for whoever is named. */
const TOOLS: Readonly<Record<string, string>> = {
  condor_q: '',
  condor_history: '',
  condor_reschedule: '',
  condor_status: `printf '%s' '${COLLECTOR_ROW}'`,
  // The third part names the instance, as the subject in a real token does.
  condor_token_create: `echo "eyJh.${CLAIMS}.$(echo "$2" | cut -d@ -f1)"`,
};

interface StartOptions {
  /** What stands before the endpoint's own command line: a shell with its limits, taskset. */
  readonly under?: readonly string[];
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A running endpoint. */
export interface Running {
  readonly url: string;
  readonly child: ChildProcess;
  log(): string;
  /** What it said on its way out, and its exit status or signal. */
  readonly ended: Promise<{ readonly status: number | string | null; readonly stderr: string }>;
  stop(): Promise<void>;
}

/** A folder with everything that the endpoint as one file needs, and ways to start it. */
export const installed = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aerie-process-'));
  const at = (...names: readonly string[]) => join(folder, ...names);
  await bundleEndpoint(at('endpoint.mjs'));
  for (const name of ['tools', 'templates', 'state']) mkdirSync(at(name));
  for (const [name, text] of Object.entries(TOOLS)) {
    writeFileSync(at('tools', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  writeFileSync(at('secret'), SECRET);
  chmodSync(folder, 0o777);
  chmodSync(at('state'), 0o777);

  const begin = ({ under = [], config = {} }: StartOptions) => {
    const file = join(folder, `config-${Math.random().toString(36).slice(2)}.json`);
    const whole = {
      listen: { host: '127.0.0.1', port: 0 },
      secretFiles: [at('secret')],
      pool: 'cm.example.org',
      templatesDirectory: at('templates'),
      stateDirectory: at('state'),
      tools: { directories: [at('tools')] },
      sts: { url: 'https://sts.us-east-1.amazonaws.com/', account: '123456789012', roles: ['worker'] },
      joining: { tokenSeconds: 3600 },
      ...config,
    };
    writeFileSync(file, JSON.stringify(whole));
    const [command = process.execPath, ...args] = [...under, process.execPath, at('endpoint.mjs'), file];
    const child = spawn(command, args, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], ...somebody });
    let log = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const ended = new Promise<{ status: number | string | null; stderr: string }>((resolve) => {
      child.on('close', (code, signal) => resolve({ status: code ?? signal, stderr }));
    });
    return { child, log: () => log, ended };
  };

  return {
    at,
    /** Starts one, and waits for nothing. */
    begin,
    /** Starts one that is expected to end by itself. */
    run: (options: StartOptions = {}) => begin(options).ended,
    /** Starts one, and waits until it listens. */
    async start(options: StartOptions = {}): Promise<Running> {
      const { child, log, ended } = begin(options);
      const url = await new Promise<string>((resolve, reject) => {
        child.stdout.on('data', () => {
          const [, address] = /listening at (https?:[^"]+)"/.exec(log()) ?? [];
          if (address !== undefined) resolve(address);
        });
        void ended.then(({ status, stderr }) => reject(new Error(`ended with ${status}: ${stderr}`)));
      });
      return {
        url,
        child,
        log,
        ended,
        async stop() {
          child.kill('SIGTERM');
          await ended;
        },
      };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
