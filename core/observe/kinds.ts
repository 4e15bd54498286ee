import { type Shape, shapeKey } from '../model/resources.ts';
import type { Waiters } from './demand.ts';

/** So many kinds of jobs are told apart when they are placed: placing costs by kinds of jobs times kinds of rooms. */
const MOST_KINDS = 100;

/** What jobs ask for is rounded up to this, where there are more kinds. */
const MEMORY_STEP_MB = 256;
const DISK_STEP_MB = 1024;

const upTo = (step: number, amount: number): number => Math.ceil(amount / step) * step;

const coarse = ({ cpus, memoryMb, diskMb, gpus }: Shape): Shape => ({
  cpus,
  memoryMb: upTo(MEMORY_STEP_MB, memoryMb),
  diskMb: upTo(DISK_STEP_MB, diskMb),
  gpus,
});

const limitsOf = ({ queue = '', onDemand }: Waiters): string => `${queue} ${onDemand === true}`;

const keyOf = (waiters: Waiters): string =>
  `${shapeKey(waiters.shape)} ${waiters.wallSeconds} ${limitsOf(waiters)}`;

const together = (all: readonly Waiters[]): readonly Waiters[] => {
  const alike = new Map<string, Waiters>();
  for (const waiters of all) {
    const key = keyOf(waiters);
    const known = alike.get(key);
    alike.set(
      key,
      known === undefined
        ? waiters
        : { ...known, count: known.count + waiters.count, ...firstOf([known, waiters]) },
    );
  }
  return [...alike.values()];
};

const firstOf = (all: readonly Waiters[]): Pick<Waiters, 'since'> => {
  const moments = all.flatMap(({ since }) => (since === undefined ? [] : [since]));
  return moments.length === 0 ? {} : { since: Math.min(...moments) };
};

const most = (a: Shape, b: Shape): Shape => ({
  cpus: Math.max(a.cpus, b.cpus),
  memoryMb: Math.max(a.memoryMb, b.memoryMb),
  diskMb: Math.max(a.diskMb, b.diskMb),
  gpus: Math.max(a.gpus, b.gpus),
});

const byCount = (a: Waiters, b: Waiters): number => b.count - a.count;

/** The kinds with the fewest jobs ask for as much as the largest of them of their width, for as long as the longest. */
const restAsOne = (all: readonly Waiters[]): readonly Waiters[] => {
  const sorted = all.toSorted(byCount);
  const rest = Map.groupBy(
    sorted.slice(MOST_KINDS),
    (waiters) => `${waiters.shape.cpus} ${waiters.shape.gpus} ${limitsOf(waiters)}`,
  );
  const joined = [...rest.values()].map(
    (alike): Waiters => ({
      ...alike[0],
      shape: alike.map(({ shape }) => shape).reduce(most),
      wallSeconds: Math.max(...alike.map(({ wallSeconds }) => wallSeconds)),
      count: alike.reduce((n, { count }) => n + count, 0),
      ...firstOf(alike),
    }),
  );
  return [...sorted.slice(0, MOST_KINDS), ...joined];
};

/**
 * Adds up what is alike. Where so many kinds are left that placing them would take too long, they are rounded up: nobody is
 * given less room than it asks for. `isOwned`: whose pilots they are matters to some worker.
 */
export const fewKinds = (waiting: readonly Waiters[], isOwned: boolean): readonly Waiters[] => {
  const all = together(isOwned ? waiting : waiting.map(({ queue: _, ...others }) => others));
  if (all.length <= MOST_KINDS) return all;
  const rounded = together(all.map((waiters) => ({ ...waiters, shape: coarse(waiters.shape) })));
  return rounded.length <= MOST_KINDS ? rounded : restAsOne(rounded);
};
