import { MOST_AMOUNT, type QueuePilots, queueName } from '../core/model/pool.ts';
import { type Resources, shapeKey } from '../core/model/resources.ts';
import { linesOf, numberOr, readValue, type Value } from './rows.ts';
import { written } from './written.ts';

/** The pilots of one queue that are in the schedd now. */
export type SeenPilots = Pick<QueuePilots, 'shapes' | 'recentStarts'>;

const PILOT = `${written('MATCH_APF_QUEUE')} != "" && JobUniverse == 5`;

/**
 * One query for all pilots. The queue comes as it is written, with what is not plain made blank: a text could break its
 * line and forge others. `real` and `int` come to a number or to none; without them a request may be a text too.
 */
export const QUEUE_ARGS: readonly string[] = [
  '-allusers',
  '-constraint',
  PILOT,
  '-af:t',
  `replaceall("[^!-~]", ${written('MATCH_APF_QUEUE')}, " ")`,
  'int(JobStatus)',
  'real(RequestCpus)',
  'real(RequestMemory)',
  'real(RequestDisk)',
  'real(RequestGPUs)',
  // Only of running jobs: so the lines of thousands of idle ones are the same, and are read once.
  'JobStatus == 1 ? 0 : int(JobCurrentStartDate)',
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

/** A request beyond all bounds is one that fits nowhere; its pilot counts all the same. */
const within = (request: number): number => Math.min(MOST_AMOUNT, Math.max(0, request));

const shapeOf = ([cpus, memory, disk, gpus]: readonly Value[]): Resources => ({
  cpus: within(numberOr(cpus, 1)),
  memoryMb: within(numberOr(memory, 0)),
  diskMb: within(Math.ceil(numberOr(disk, 0) / KIB_PER_MB)),
  gpus: within(numberOr(gpus, 0)),
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

/** What the schedd's answer says. */
export interface SeenJobs {
  readonly queues: ReadonlyMap<string, SeenPilots>;
  /** Jobs whose queue is none that aerie could have. */
  readonly unreadable: number;
}

/** Reads the answer to QUEUE_ARGS. `now` is the moment of the question. */
export const readPilots = (stdout: string, now: number): SeenJobs => {
  const queues = new Map<string, Gathered>();
  let unreadable = 0;
  for (const [line, times] of tally(stdout)) {
    const [queue, status, ...rest] = line.split('\t').map(readValue);
    const named = queueName.safeParse(queue);
    const state = STATES[numberOr(status, 0)];
    if (!named.success) unreadable += times;
    if (!named.success || state === undefined) continue;
    const into = queues.get(named.data) ?? gathered();
    queues.set(named.data, into);
    const shape = shapeOf(rest);
    const counts = into.shapes.get(shapeKey(shape)) ?? { shape, idle: 0, running: 0, held: 0 };
    into.shapes.set(shapeKey(shape), counts);
    counts[state] += times;
    if (state === 'running') startedIn(into.recentStarts, rest[4], now, times);
  }
  const seen = [...queues].map(([queue, { shapes, recentStarts }]): [string, SeenPilots] => [
    queue,
    { shapes: [...shapes.values()], recentStarts },
  ]);
  return { queues: new Map(seen), unreadable };
};
