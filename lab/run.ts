import { execFile } from 'node:child_process';

interface RunOptions {
  readonly input?: string;
  readonly timeoutSeconds?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** How a command ended. `code` is 128 and more if a signal or the time limit ended it. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;
const USUAL_SECONDS = 60;
const KILLED = 137;

/** Runs a command without a shell and gives what came of it, whatever it was. */
export const attempt = (argv: readonly string[], options: RunOptions = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const [command = 'false', ...args] = argv;
    const child = execFile(
      command,
      args,
      {
        maxBuffer: MOST_OUTPUT_BYTES,
        timeout: (options.timeoutSeconds ?? USUAL_SECONDS) * 1000,
        killSignal: 'SIGKILL',
        env: { ...process.env, LC_ALL: 'C', ...options.env },
      },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : KILLED;
        resolve({ code, stdout, stderr: stderr || (error?.message ?? '') });
      },
    );
    // A command may end without reading what it is given.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });

/** Runs a command that has to succeed; gives its standard output. */
export const run = async (argv: readonly string[], options: RunOptions = {}): Promise<string> => {
  const { code, stdout, stderr } = await attempt(argv, options);
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${(stderr || stdout).trim()}`);
  return stdout;
};
