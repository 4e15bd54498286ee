import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { descendants, type Process } from './processes.ts';

export const ROOT = resolve(import.meta.dirname, '..');
export const AERIE = join(ROOT, 'bin/aerie.ts');

/** Makes a pipe look like a terminal to the program that writes into it. */
export const AS_TERMINAL = ['--import', 'data:text/javascript,process.stdout.isTTY=true'];

/** A program that was started, with a folder for temporary files that is its own. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** What it has left among its temporary files, Node's own cache aside. */
  readonly leftFiles: () => readonly string[];
}

const opened: { readonly child: ChildProcess; readonly folder: string }[] = [];

/** Ends what a test has left running, and removes its files. */
export const sweep = (): void => {
  for (const { child, folder } of opened.splice(0)) {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
};

export const run = (
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Running => {
  const folder = mkdtempSync(join(tmpdir(), 'aerie-test-'));
  const env = { ...process.env, TERM: 'xterm', ...environment, TMPDIR: folder };
  const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  opened.push({ child, folder });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((settle) =>
    child.once('close', (code, signal) => settle({ code, signal })),
  );
  return {
    child,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    leftFiles: () => readdirSync(folder).filter((name) => name.startsWith('aerie-')),
  };
};

export const aerie = (args: readonly string[], environment?: Readonly<Record<string, string>>): Running =>
  run(process.execPath, [AERIE, ...args], environment);

/** Those that still live: one that has ended and that nobody has asked about (a zombie) does not. */
export const alive = async (processes: readonly Process[]): Promise<readonly Process[]> => {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,stat=']);
  const living = new Set(
    stdout
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, state]) => state?.startsWith('Z') === false)
      .map(([pid]) => Number(pid)),
  );
  return processes.filter(({ pid }) => living.has(pid));
};

/** Waits for something to be so, and answers it. */
export const until = async <T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> => {
  let seen: T | undefined;
  await expect
    .poll(async () => {
      seen = await look();
      return seen !== undefined;
    })
    .toBe(true);
  if (seen === undefined) throw new Error('it was there a moment ago');
  return seen;
};

/** Asks a program to end, again and again, until it has. */
export const interrupt = async ({ child }: Running): Promise<void> => {
  await until(() => {
    child.kill('SIGINT');
    return child.exitCode ?? child.signalCode ?? undefined;
  });
};

/** The processes of the functions, once there are two of them. */
export const functionsOf = ({ child }: Running): Promise<readonly Process[]> =>
  until(async () => {
    const functions = (await descendants(child)).filter(({ command }) => command.includes('bootstrap.mjs'));
    return functions.length < 2 ? undefined : functions;
  });
