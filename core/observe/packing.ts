import {
  type Bin,
  howManyFit,
  minus,
  type Resources,
  type Shape,
  shapeKey,
  type Waiting,
} from '../model/resources.ts';

/** Wide pilots first: narrow ones fit into what they leave. */
export const widestFirst = (a: { readonly shape: Shape }, b: { readonly shape: Shape }): number =>
  b.shape.gpus - a.shape.gpus || b.shape.cpus - a.shape.cpus || b.shape.memoryMb - a.shape.memoryMb;

/** Fullest first, as HTCondor's default rank fills machines: it leaves whole machines free to go. */
const tightestFirst = (a: Bin, b: Bin): number =>
  a.room.cpus - b.room.cpus || a.room.memoryMb - b.room.memoryMb;

/** Joins rooms that are alike, so that packing costs by kinds of room and not by workers. */
export const gather = (bins: readonly Bin[]): Bin[] => {
  const byRoom = new Map<string, { room: Resources; count: number }>();
  for (const { room, count } of bins) {
    const known = byRoom.get(shapeKey(room));
    if (known === undefined) byRoom.set(shapeKey(room), { room, count });
    else known.count += count;
  }
  return [...byRoom.values()];
};

interface Filled {
  readonly bins: readonly Bin[];
  readonly placed: number;
}

/** Puts up to `count` pilots of one shape into alike rooms, each filled before the next is begun. */
const fillAlike = (shape: Shape, count: number, bin: Bin): Filled => {
  const each = howManyFit(shape, bin.room);
  if (each === 0 || count === 0) return { bins: [bin], placed: 0 };
  const placed = Math.min(count, each * bin.count);
  const full = Math.floor(placed / each);
  const last = placed % each;
  const untouched = bin.count - full - (last > 0 ? 1 : 0);
  const bins = [
    { room: minus(bin.room, shape, each), count: full },
    { room: minus(bin.room, shape, last), count: last > 0 ? 1 : 0 },
    { room: bin.room, count: untouched },
  ].filter((part) => part.count > 0);
  return { bins, placed };
};

/** Puts pilots of one shape into rooms, the tightest room they fit in first. */
export const fill = (waiting: Waiting, bins: readonly Bin[]): Filled => {
  const after: Bin[] = [];
  let placed = 0;
  for (const bin of [...bins].sort(tightestFirst)) {
    const filled = fillAlike(waiting.shape, waiting.count - placed, bin);
    placed += filled.placed;
    after.push(...filled.bins);
  }
  return { bins: after, placed };
};

/** First-fit-decreasing over kinds of room: what fits, what is left over, and the rooms as they are then. */
export const pack = (
  waiting: readonly Waiting[],
  bins: readonly Bin[],
): { readonly placed: number; readonly residual: readonly Waiting[]; readonly bins: readonly Bin[] } => {
  let rooms: readonly Bin[] = gather(bins);
  let placed = 0;
  const residual: Waiting[] = [];
  for (const pilots of [...waiting].sort(widestFirst)) {
    const filled = fill(pilots, rooms);
    rooms = gather(filled.bins);
    placed += filled.placed;
    const rest = pilots.count - filled.placed;
    if (rest > 0) residual.push({ shape: pilots.shape, count: rest });
  }
  return { placed, residual, bins: rooms };
};
