import { type QueuePilots, queueName } from '../core/model/pool.ts';
import { type Resources, shapeKey } from '../core/model/resources.ts';
import { linesOf, numberOr, readValue, type Value } from './rows.ts';

/** The pilots of one queue that are in the schedd now. */
export type SeenPilots = Pick<QueuePilots, 'shapes' | 'recentStarts'>;

const PILOT = 'MATCH_APF_QUEUE isnt undefined && JobUniverse == 5';

/** One query for all pilots. `-af` evaluates: without it a request may be an expression that nobody has computed. */
export const QUEUE_ARGS: readonly string[] = [
  '-allusers',
  '-constraint',
  PILOT,
  '-af:tV',
  'MATCH_APF_QUEUE',
  'JobStatus',
  'RequestCpus',
  'RequestMemory',
  'RequestDisk',
  'RequestGPUs',
  // Only of running jobs: so the lines of thousands of idle ones are the same, and are read once.
  'JobStatus == 1 ? 0 : JobCurrentStartDate',
];

/** 6 is sending its output home, 7 is suspended: both hold their slot. Removed and completed ones are going. */
const STATES: Readonly<Record<number, 'idle' | 'running' | 'held'>> = {
  1: 'idle',
  2: 'running',
  5: 'held',
  6: 'running',
  7: 'running',
};

const MINUTES = 10;
const KIB_PER_MB = 1024;

const shapeOf = ([cpus, memory, disk, gpus]: readonly Value[]): Resources => ({
  cpus: Math.max(0, numberOr(cpus, 1)),
  memoryMb: Math.max(0, numberOr(memory, 0)),
  diskMb: Math.max(0, Math.ceil(numberOr(disk, 0) / KIB_PER_MB)),
  gpus: Math.max(0, numberOr(gpus, 0)),
});

/** How many times each different line came. */
const tally = (stdout: string): ReadonlyMap<string, number> => {
  const times = new Map<string, number>();
  for (const line of linesOf(stdout)) times.set(line, (times.get(line) ?? 0) + 1);
  return times;
};

type Counts = { readonly shape: Resources; idle: number; running: number; held: number };
type Gathered = { readonly shapes: Map<string, Counts>; readonly recentStarts: number[] };

const gathered = (): Gathered => ({
  shapes: new Map(),
  recentStarts: Array.from({ length: MINUTES }, () => 0),
});

const startedIn = (recentStarts: number[], startedAt: Value, now: number, times: number) => {
  if (typeof startedAt !== 'number') return;
  const minute = Math.max(0, Math.floor((now - startedAt) / 60));
  if (minute < MINUTES) recentStarts[minute] = (recentStarts[minute] ?? 0) + times;
};

/** Reads the answer to QUEUE_ARGS. `now` is the moment of the question. */
export const readPilots = (stdout: string, now: number): ReadonlyMap<string, SeenPilots> => {
  const queues = new Map<string, Gathered>();
  for (const [line, times] of tally(stdout)) {
    const [queue, status, ...rest] = line.split('\t').map(readValue);
    const named = queueName.safeParse(queue);
    const state = STATES[numberOr(status, 0)];
    if (!named.success || state === undefined) continue;
    const into = queues.get(named.data) ?? gathered();
    queues.set(named.data, into);
    const shape = shapeOf(rest);
    const counts = into.shapes.get(shapeKey(shape)) ?? { shape, idle: 0, running: 0, held: 0 };
    into.shapes.set(shapeKey(shape), counts);
    counts[state] += times;
    if (state === 'running') startedIn(into.recentStarts, rest[4], now, times);
  }
  return new Map(
    [...queues].map(([queue, { shapes, recentStarts }]) => [
      queue,
      { shapes: [...shapes.values()], recentStarts },
    ]),
  );
};
