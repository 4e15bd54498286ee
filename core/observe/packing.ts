import { howManyFit, minus, type Resources, type Shape, shapeKey } from '../model/resources.ts';
import { allows, type Limits } from '../model/takes.ts';
import type { Waiters } from './demand.ts';

/** A number of alike rooms: free parts of workers, or whole workers on their way, that take the same jobs. */
export interface Bin {
  readonly room: Resources;
  readonly count: number;
  readonly limits: Limits;
}

/** Wide jobs first: narrow ones fit into what they leave. */
export const widestFirst = (a: { readonly shape: Shape }, b: { readonly shape: Shape }): number =>
  b.shape.gpus - a.shape.gpus || b.shape.cpus - a.shape.cpus || b.shape.memoryMb - a.shape.memoryMb;

/** Fullest first, as HTCondor's default rank fills machines: it leaves whole machines free to go. */
const tightestFirst = (a: Bin, b: Bin): number =>
  a.room.cpus - b.room.cpus || a.room.memoryMb - b.room.memoryMb;

const limitsKey = ({ gpus, longestSeconds, fewestCpus, onlyQueue = '', width = 0 }: Limits): string =>
  `${gpus > 0} ${longestSeconds} ${fewestCpus} ${onlyQueue} ${width}`;

/** Joins rooms that are alike, so that packing costs by kinds of room and not by workers. */
export const gather = (bins: readonly Bin[]): readonly Bin[] => {
  const alike = new Map<string, { room: Resources; count: number; limits: Limits }>();
  for (const { room, count, limits } of bins) {
    const key = `${shapeKey(room)} ${limitsKey(limits)}`;
    const known = alike.get(key);
    if (known === undefined) alike.set(key, { room, count, limits });
    else known.count += count;
  }
  return [...alike.values()];
};

interface Filled {
  readonly bins: readonly Bin[];
  readonly placed: number;
}

/** Puts up to `count` jobs of one shape into alike rooms, each filled before the next is begun. */
const fillAlike = (job: Waiters, count: number, bin: Bin): Filled => {
  const each = count === 0 || !allows(bin.limits, job) ? 0 : howManyFit(job.shape, bin.room);
  if (each === 0) return { bins: [bin], placed: 0 };
  const { limits } = bin;
  const placed = Math.min(count, each * bin.count);
  const full = Math.floor(placed / each);
  const last = placed % each;
  const untouched = bin.count - full - (last > 0 ? 1 : 0);
  const bins = [
    { room: minus(bin.room, job.shape, each), count: full, limits },
    { room: minus(bin.room, job.shape, last), count: last > 0 ? 1 : 0, limits },
    { room: bin.room, count: untouched, limits },
  ].filter((part) => part.count > 0);
  return { bins, placed };
};

/** Puts jobs of one kind into rooms, the tightest room they fit in first. */
export const fill = (waiting: Waiters, bins: readonly Bin[]): Filled => {
  const after: Bin[] = [];
  let placed = 0;
  for (const bin of [...bins].sort(tightestFirst)) {
    const filled = fillAlike(waiting, waiting.count - placed, bin);
    placed += filled.placed;
    after.push(...filled.bins);
  }
  return { bins: after, placed };
};

/** First-fit-decreasing over kinds of room: what fits, what is left over, and the rooms as they are then. */
export const pack = (
  waiting: readonly Waiters[],
  bins: readonly Bin[],
): { readonly placed: number; readonly residual: readonly Waiters[]; readonly bins: readonly Bin[] } => {
  let rooms = gather(bins);
  let placed = 0;
  const residual: Waiters[] = [];
  for (const jobs of [...waiting].sort(widestFirst)) {
    const filled = fill(jobs, rooms);
    rooms = gather(filled.bins);
    placed += filled.placed;
    const rest = jobs.count - filled.placed;
    if (rest > 0) residual.push({ ...jobs, count: rest });
  }
  return { placed, residual, bins: rooms };
};
