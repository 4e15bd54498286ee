import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { exponential, stream } from '../../twin/clock/random.ts';
import { descendants } from '../processes.ts';

export interface KillOptions {
  /** How long processes are killed, real minutes; then the run is let come to its end. */
  readonly minutes: number;
  /** How many are killed at least, however long that takes on a busy machine; none unless given. */
  readonly leastKills?: number;
  /** Of the load, of when a process is killed, and of which. */
  readonly seed: number;
  /** Ends everything at once. */
  readonly signal?: AbortSignal;
}

export interface Killed {
  readonly kills: number;
  readonly code: number | null;
  /** What `npm start` said: its JSON, and its sentences. */
  readonly stdout: string;
  readonly stderr: string;
}

const ROOT = resolve(import.meta.dirname, '../..');
const SCENARIO = join(ROOT, 'twin/scenarios/short-jobs.json');
/** Simulated seconds per second: each function runs several times a second. */
const SPEED = 120;
/** Mean time from one kill to the next. */
const EACH_MILLISECONDS = 300;

/** `npm start` with jobs for as long as processes are killed. */
const startFor = ({ minutes, seed }: KillOptions): ChildProcess => {
  const hours = String((minutes * SPEED) / 60);
  const options = [
    '--scenario',
    SCENARIO,
    '--hours',
    hours,
    '--speed',
    String(SPEED),
    '--seed',
    String(seed),
  ];
  return spawn('npm', ['start', '--', ...options, '--no-web', '--json'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
};

/** SIGKILL for one of the functions' processes, drawn by lot; false if none is there now, or it has just ended. */
const killOne = async (child: ChildProcess, random: () => number): Promise<boolean> => {
  const functions = (await descendants(child)).filter(({ command }) => command.includes('bootstrap.mjs'));
  const victim = functions[Math.floor(random() * functions.length)];
  if (victim === undefined) return false;
  try {
    return process.kill(victim.pid, 'SIGKILL');
  } catch {
    return false;
  }
};

const textOf = (from: NodeJS.ReadableStream | null): (() => string) => {
  let text = '';
  from?.on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
};

/** Starts the sandbox as anybody would, kills its functions at random, and waits for its end. */
export const startAndKill = async (options: KillOptions): Promise<Killed> => {
  const { minutes, leastKills = 0, seed, signal } = options;
  const child = startFor(options);
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)];
  const ended = new Promise<number | null>((settle) => child.once('close', settle));
  signal?.addEventListener('abort', () => child.kill('SIGINT'));
  const random = stream(seed, 'kills');
  let kills = 0;
  let until: number | undefined;
  while (child.exitCode === null && child.signalCode === null && signal?.aborted !== true) {
    if (until !== undefined && performance.now() > until && kills >= leastKills) break;
    await wait(exponential(random, EACH_MILLISECONDS));
    if (!(await killOne(child, random))) continue;
    kills += 1;
    // The functions are bundled first: the minutes count from when there is something to kill.
    until ??= performance.now() + minutes * 60_000;
  }
  return { code: await ended, kills, stdout: stdout(), stderr: stderr() };
};
