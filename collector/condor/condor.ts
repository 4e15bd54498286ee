import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';

/** What came of one run of a tool. Whether it worked is its exit status alone: an empty answer prints nothing at all. */
export type ToolOutcome =
  | { readonly ok: true; readonly stdout: string }
  /** `why` is a line to be read; `stderr` is all that the tool said, to look for words in. */
  | {
      readonly ok: false;
      readonly why: string;
      readonly stdout: string;
      readonly stderr: string;
      /** It had not answered when its time was up. */
      readonly late?: true;
    };

interface RunOptions {
  /** Written to the tool's standard input, which is empty otherwise. */
  readonly input?: string;
  /** The folder it runs in. */
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** A file that the tool holds a lock on for as long as it runs, alone or together with others who share it. */
  readonly lock?: { readonly file: string; readonly alone: boolean };
  /** Whatever else wants the processor comes first: many of these run at a time, and the endpoint is to answer meanwhile. */
  readonly yields?: true;
}

/** Runs one of HTCondor's command-line tools with these arguments, each one argument as it stands: there is no shell. */
export type Condor = (tool: string, args: readonly string[], options?: RunOptions) => Promise<ToolOutcome>;

export interface CondorOptions {
  /** Where the tools are; the first folder that has one counts. */
  readonly directories: readonly string[];
  readonly seconds: number;
  readonly outputBytes: number;
  /** The endpoint's own environment; HTCondor's part of it goes to the tools. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onEnd?: (tool: string, seconds: number, ok: boolean) => void;
}

const STDERR_CHARACTERS = 8_192;
const WHY_CHARACTERS = 300;

const ofCondor = (name: string): boolean => /^(_CONDOR_\w+|CONDOR_CONFIG|HOME)$/.test(name);

const cleanEnvironment = (environment: CondorOptions['environment']): Record<string, string> => {
  const kept: Record<string, string> = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
  for (const [name, value] of Object.entries(environment)) {
    if (ofCondor(name) && value !== undefined) kept[name] = value;
  }
  return kept;
};

/** What the tool said of its failure, as one short line. */
const saying = (stderr: string): string => {
  const line = stderr.replace(/[\p{C}\s]+/gu, ' ').trim();
  return line.length <= WHY_CHARACTERS ? line : `${line.slice(0, WHY_CHARACTERS - 1)}…`;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** flock(1) of util-linux holds the lock and becomes the tool: it outlives the endpoint if the tool does. */
export const FLOCK = '/usr/bin/flock';

const commandOf = (
  directories: readonly string[],
  tool: string,
  args: readonly string[],
  { lock }: RunOptions,
) => {
  const paths = tool.startsWith('/') ? [tool] : directories.map((directory) => join(directory, tool));
  const path = paths.find(existsSync) ?? paths[0] ?? tool;
  if (lock === undefined) return { path, args };
  return { path: FLOCK, args: [lock.alone ? '-x' : '-s', lock.file, path, ...args] };
};

/** What `nice` adds where nothing else is said. */
const NICE = 10;

const yieldToOthers = ({ pid }: ChildProcess): void => {
  if (pid === undefined) return;
  try {
    setPriority(pid, NICE);
  } catch {
    // It has ended already.
  }
};

/** A process, or why there is none: arguments that are too long, no memory, no more processes. */
const started = (start: () => ChildProcess): ChildProcess | string => {
  try {
    return start();
  } catch (error) {
    return `cannot be run (${messageOf(error)})`;
  }
};

/** The tools of the HTCondor that is installed here. A tool that cannot be started is an answer like any other. */
export const condor = (options: CondorOptions): Condor => {
  const environment = cleanEnvironment(options.environment);
  return (tool, args, run = {}) =>
    new Promise((resolve) => {
      const startedAt = performance.now();
      const chunks: Buffer[] = [];
      let bytes = 0;
      let stderr = '';
      let isOver = false;
      const end = (outcome: ToolOutcome) => {
        if (isOver) return;
        isOver = true;
        clearTimeout(timer);
        options.onEnd?.(tool, (performance.now() - startedAt) / 1000, outcome.ok);
        resolve(outcome);
      };
      const failed = (why: string, late: { readonly late?: true } = {}) => {
        const stdout = Buffer.concat(chunks).toString('utf8');
        end({ ok: false, why: `${tool}: ${why}`, stdout, stderr, ...late });
      };
      const command = commandOf(options.directories, tool, args, run);
      const child = started(() =>
        spawn(command.path, [...command.args], {
          stdio: ['pipe', 'pipe', 'pipe'],
          cwd: run.folder ?? '/',
          env: { ...environment, ...run.environment },
        }),
      );
      const stop = (why: string, late: { readonly late?: true } = {}) => {
        if (typeof child === 'string') return;
        child.kill('SIGKILL');
        // A grandchild may hold the pipes open, and a file system that hangs the tool itself: nobody waits for either.
        child.stdout?.destroy();
        child.stderr?.destroy();
        failed(why, late);
      };
      const timer = setTimeout(
        () => stop(`no answer within ${options.seconds} s`, { late: true }),
        options.seconds * 1000,
      );
      if (typeof child === 'string') return failed(child);
      if (run.yields === true) yieldToOthers(child);
      // Before anything else: without a descriptor for its streams a child has none of them, and says so later.
      child.on('error', (error) => failed(`cannot be run (${messageOf(error)})`));
      child.stdout?.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > options.outputBytes) stop(`printed more than ${options.outputBytes} bytes`);
        else chunks.push(chunk);
      });
      child.stderr?.on('data', (chunk: Buffer) => {
        stderr = `${stderr}${chunk.toString('utf8')}`.slice(0, STDERR_CHARACTERS);
      });
      child.stdin?.on('error', () => {});
      child.stdin?.end(run.input ?? '');
      child.on('close', (code, signal) => {
        if (code === 0) return end({ ok: true, stdout: Buffer.concat(chunks).toString('utf8') });
        const ended = code === null ? `ended by ${signal}` : `exit status ${code}`;
        const said = saying(stderr);
        failed(said === '' ? ended : `${ended}, ${said}`);
      });
    });
};
