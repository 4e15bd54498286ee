import type { FleetJobs, QueuePilots } from '../../core/model/pool.ts';
import { shapeKey } from '../../core/model/resources.ts';
import type { PoolJob } from './model.ts';

type Row = QueuePilots['shapes'][number];
type Waiting = FleetJobs['shapes'][number]['waitingSince'];

/** Jobs that ask for the same, counted. */
type Counts = { -readonly [K in keyof Row]: Row[K] } & { restarting: number };

/** Rows by what jobs ask for. */
export type Rows = Map<string, Counts>;

const newCounts = ({ shape, fleet, wallSeconds }: PoolJob): Counts => ({
  shape,
  fleet,
  ...(wallSeconds === undefined ? {} : { wallSeconds }),
  idle: 0,
  running: 0,
  held: 0,
  // The simulated pool has no machines but aerie's workers.
  elsewhere: 0,
  restarting: 0,
});

/** What makes jobs alike in the view. */
export const rowKeyOf = ({ fleet, wallSeconds, shape }: PoolJob): string =>
  `${shapeKey(shape)} ${fleet} ${wallSeconds}`;

/** Counts a job that waits or runs. */
export const countInto = (rows: Rows, job: PoolJob): void => {
  const { life, starts } = job;
  if (life.kind !== 'idle' && life.kind !== 'running') return;
  const key = rowKeyOf(job);
  const row = rows.get(key) ?? newCounts(job);
  rows.set(key, row);
  row[life.kind] += 1;
  if (life.kind === 'idle' && starts > 0) row.restarting += 1;
};

/** So many moments the view tells of one row at most. */
const MOST_MOMENTS = 60;

/** Moments since which jobs wait, oldest first; the oldest of many are joined to the latest of them. */
export const momentsOf = (moments: readonly number[]): Waiting => {
  const each = Map.groupBy(
    moments.toSorted((a, b) => a - b),
    (at) => at,
  );
  const all = [...each].map(([at, { length }]) => ({ at, count: length }));
  const joined = all.slice(0, all.length - MOST_MOMENTS + 1);
  const last = joined.at(-1);
  if (last === undefined || joined.length < 2) return all;
  const first = { at: last.at, count: joined.reduce((sum, { count }) => sum + count, 0) };
  return [first, ...all.slice(joined.length)];
};
