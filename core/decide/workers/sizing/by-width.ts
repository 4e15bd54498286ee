/** Workers that jobs of one width want: cores of each of the jobs, of each of the workers, and how many. */
export interface WidthWants {
  readonly width: number;
  readonly cores: number;
  readonly count: number;
}

/** What may still be launched. */
interface Room {
  readonly workers: number;
  readonly cores: number;
}

/** What jobs of a width have and want together, cores. */
interface Claim {
  readonly width: number;
  readonly demand: number;
}

interface Level extends Claim {
  held: number;
}

/** Max-min fair shares of a cap, in cores: nobody gets more than it holds and wants, and what one leaves goes to the others. */
export const fairShares = (claims: readonly Claim[], cap: number): ReadonlyMap<number, number> => {
  const shares = new Map<number, number>();
  let left = cap;
  let among = claims.length;
  for (const { width, demand } of claims.toSorted((a, b) => a.demand - b.demand)) {
    const share = Math.min(demand, left / among);
    shares.set(width, share);
    left -= share;
    among -= 1;
  }
  return shares;
};

const leastFirst = (a: Level, b: Level): number => a.held - b.held || b.width - a.width;

/**
 * How many workers each width may have where there is not room for all that are wanted: one after the other to the width
 * whose jobs use the fewest cores. Where the next one does not fit and is within a width's fair share, the room that there
 * is stays for it: narrow workers would fill it again and again. `held`: cores in use, by width.
 */
export const fairByWidth = (
  wanted: readonly WidthWants[],
  room: Room,
  held: ReadonlyMap<number, number>,
): ReadonlyMap<number, number> => {
  const byWidth = Map.groupBy(wanted, ({ width }) => width);
  const levels = [...byWidth].map(([width, wants]): Level => {
    const has = held.get(width) ?? 0;
    return { width, held: has, demand: has + wants.reduce((n, { cores, count }) => n + cores * count, 0) };
  });
  const inUse = levels.reduce((n, level) => n + level.held, 0);
  const fair = fairShares(levels, inUse + room.cores);
  const granted = new Map<number, number>();
  const nextOf = (width: number): number | undefined => {
    let given = granted.get(width) ?? 0;
    for (const { cores, count } of byWidth.get(width) ?? []) {
      if (given < count) return cores;
      given -= count;
    }
    return undefined;
  };
  let { workers, cores } = room;
  let open = levels;
  while (workers > 0) {
    const [level] = open.toSorted(leastFirst);
    if (level === undefined) break;
    const { width } = level;
    const size = nextOf(width);
    if (size === undefined || size > cores) {
      if (size !== undefined && level.held + size <= (fair.get(width) ?? 0)) break;
      open = open.filter((of) => of !== level);
      continue;
    }
    granted.set(width, (granted.get(width) ?? 0) + 1);
    level.held += size;
    workers -= 1;
    cores -= size;
  }
  return granted;
};
