import { DEFAULT_FLEET, type FleetJobs } from '../../core/model/pool.ts';
import { type Resources, shapeKey } from '../../core/model/resources.ts';
import type { JobRow } from './job-rows.ts';

/** Jobs that ask for the same, counted. */
export interface Kind {
  readonly shape: Resources;
  readonly fleet: string;
  readonly wallSeconds?: number;
  idle: number;
  running: number;
  held: number;
  elsewhere: number;
  restarting: number;
  /** Of idle ones: how many wait for so many seconds. */
  readonly waits: Map<number, number>;
}

export type Kinds = Map<string, Kind>;

type Asked = Pick<Kind, 'shape' | 'fleet'> & { readonly wallSeconds?: number };

const keyOf = ({ shape, fleet, wallSeconds }: Asked): string => `${shapeKey(shape)} ${fleet} ${wallSeconds}`;

/** The kind of what is asked for, made if it is not there yet. */
const kindOf = (kinds: Kinds, asked: Asked): Kind => {
  const key = keyOf(asked);
  const known = kinds.get(key);
  if (known !== undefined) return known;
  const counts = { idle: 0, running: 0, held: 0, elsewhere: 0, restarting: 0 };
  const made: Kind = { ...asked, ...counts, waits: new Map() };
  kinds.set(key, made);
  return made;
};

const wait = ({ waits }: Kind, seconds: number, times: number) =>
  waits.set(seconds, (waits.get(seconds) ?? 0) + times);

/** How coarse a wait is told that is shorter than this. The last is for all that are longer. */
const STEPS = [
  { under: 600, step: 30 },
  { under: 3600, step: 300 },
  { under: 86_400, step: 3600 },
] as const;
const LONGEST_SECONDS = 86_400;

/** A wait rounded down: what is told of one job only ever grows, and no kind has more than 54 different ones. */
const waited = (since: number | undefined, now: number): number => {
  const seconds = Math.max(0, Math.floor(now) - (since ?? now));
  const step = STEPS.find(({ under }) => seconds < under)?.step;
  return step === undefined ? LONGEST_SECONDS : Math.floor(seconds / step) * step;
};

/** Counts a job, so many times, as of a moment. */
export const count = (kinds: Kinds, job: JobRow, times: number, now: number): void => {
  const { shape, fleet = DEFAULT_FLEET, wallSeconds, state } = job;
  const kind = kindOf(kinds, { shape, fleet, ...(wallSeconds === undefined ? {} : { wallSeconds }) });
  kind[state] += times;
  if (state === 'running' && job.isMarked) kind.elsewhere += times;
  if (state !== 'idle') return;
  if (job.isMarked) kind.restarting += times;
  wait(kind, waited(job.since, now), times);
};

/** A row as the view has it. */
export const rowOf = ({ waits, restarting, ...kind }: Kind, now: number): FleetJobs['shapes'][number] => ({
  ...kind,
  ...(restarting === 0 ? {} : { restarting }),
  waitingSince: [...waits]
    .sort(([a], [b]) => b - a)
    .map(([seconds, count]) => ({ at: Math.max(0, Math.floor(now) - seconds), count })),
});

/** The least number of so many leading bits that is not below. */
const upTo =
  (bits: number) =>
  (amount: number): number => {
    if (amount <= 0) return amount;
    const step = 2 ** (Math.floor(Math.log2(amount)) - bits + 1);
    return Math.ceil(amount / step) * step;
  };

/** What users ask for of memory and disk is often what the job used last, to the kilobyte; cores are few numbers. */
const coarser = ({ shape, fleet, wallSeconds }: Asked, up: (amount: number) => number): Asked => ({
  fleet,
  shape: { ...shape, memoryMb: up(shape.memoryMb), diskMb: up(shape.diskMb) },
  ...(wallSeconds === undefined ? {} : { wallSeconds: up(wallSeconds) }),
});

const COUNTED = ['idle', 'running', 'held', 'elsewhere', 'restarting'] as const;

const joined = (kinds: Kinds, up: (amount: number) => number): Kinds => {
  const into: Kinds = new Map();
  for (const kind of kinds.values()) {
    const one = kindOf(into, coarser(kind, up));
    for (const state of COUNTED) one[state] += kind[state];
    for (const [seconds, times] of kind.waits) wait(one, seconds, times);
  }
  return into;
};

/** Steps of a quarter, of a half, and doublings. */
const COARSE = [3, 2, 1];

const fewer = (kinds: Kinds, most: number): Kinds => {
  let few = kinds;
  for (const bits of COARSE) {
    if (few.size <= most) return few;
    few = joined(kinds, upTo(bits));
  }
  return few;
};

export const jobsIn = ({ idle, running, held }: Pick<Kind, 'idle' | 'running' | 'held'>): number =>
  idle + running + held;

/** Those of most jobs first; of as many, by what they ask for. */
const byJobs = ([a, x]: readonly [string, Kind], [b, y]: readonly [string, Kind]): number =>
  jobsIn(y) - jobsIn(x) || (a < b ? -1 : 1);

/**
 * At most so many kinds. Where there are more, the half of most jobs stay as they are; what the others ask for is rounded
 * up, the less the better, and what are still too many then are left out.
 */
export const bounded = (kinds: Kinds, most: number): readonly Kind[] => {
  const sorted = [...kinds].sort(byJobs);
  const exact = sorted.slice(0, most / 2);
  const others = [...fewer(new Map(sorted.slice(most / 2)), most / 2)].sort(byJobs).slice(0, most / 2);
  return [...exact, ...others].map(([, kind]) => kind);
};
