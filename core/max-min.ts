/** What one queue holds of a cap that several share, and what it wants more: single workers of a size, in its order. */
export interface Claim {
  /** Its weight. */
  readonly share: number;
  readonly held: number;
  readonly wants: readonly { readonly size: number; readonly count: number }[];
}

const ROUNDING = 1e-9;

const wantedBy = ({ wants }: Claim): number => wants.reduce((n, { size, count }) => n + size * count, 0);

/**
 * Weighted max-min fair shares of a cap: nobody gets more than it holds and wants, and what one leaves goes to the others
 * by their weights. Their sum is the cap, or all that is held and wanted if that is less.
 */
export const fairShares = (claims: readonly Claim[], cap: number): readonly number[] => {
  const demands = claims.map((claim) => claim.held + wantedBy(claim));
  const order = claims
    .map(({ share }, index) => ({ index, share, level: (demands[index] ?? 0) / share }))
    .sort((a, b) => a.level - b.level);
  const shares = claims.map(() => 0);
  let left = Math.max(0, cap);
  let weights = claims.reduce((n, { share }) => n + share, 0);
  for (const { index, share } of order) {
    shares[index] = Math.min(demands[index] ?? 0, (left * share) / weights);
    left -= shares[index] ?? 0;
    weights -= share;
  }
  return shares;
};

/** The next worker that a queue wants, after so many. */
const nextSize = ({ wants }: Claim, given: number): number | undefined => {
  let before = 0;
  for (const { size, count } of wants) {
    before += count;
    if (given < before) return size;
  }
  return undefined;
};

/** What a queue may count on: its fair share; and one worker, where it has none, though that be more. */
export const entitled = (claim: Claim, fair: number, cap: number): number => {
  const first = claim.held > 0 ? 0 : (claim.wants[0]?.size ?? 0);
  return first > cap ? fair : Math.max(fair, first);
};

export interface Grants {
  /** Workers granted to each, from the front of what it wants. */
  readonly workers: readonly number[];
  /** What is left of the cap. */
  readonly free: number;
}

/**
 * Grants one worker after the other to the queue that holds the least for its weight, never beyond the cap. Where the
 * next one does not fit and the queue is entitled to it, the room that there is is kept for it; else the turn goes on.
 * `turn` decides between equals, so that it is not always the same one's.
 */
export const grant = (claims: readonly Claim[], cap: number, turn: number): Grants => {
  const fair = fairShares(claims, cap);
  const workers = claims.map(() => 0);
  const held = claims.map((claim) => claim.held);
  let free = cap - held.reduce((n, of) => n + of, 0);
  const rank = (index: number) => (index + turn) % claims.length;
  const levelOf = (index: number) => (held[index] ?? 0) / (claims[index]?.share ?? 1);
  const isBefore = (a: number, b: number) => levelOf(a) - levelOf(b) || rank(a) - rank(b);
  const queue = claims.flatMap((claim, index) => (claim.wants.length > 0 ? [index] : [])).sort(isBefore);
  for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
    const claim = claims[index];
    const size = claim && nextSize(claim, workers[index] ?? 0);
    if (claim === undefined || size === undefined) continue;
    const then = (held[index] ?? 0) + size;
    if (size > free + ROUNDING) {
      if (then <= entitled(claim, fair[index] ?? 0, cap) + ROUNDING) break;
      continue;
    }
    workers[index] = (workers[index] ?? 0) + 1;
    held[index] = then;
    free -= size;
    insert(queue, index, isBefore);
  }
  return { workers, free };
};

/** Puts one into a sorted list, behind its equals. */
const insert = (sorted: number[], one: number, isBefore: (a: number, b: number) => number): void => {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (isBefore(sorted[middle] ?? 0, one) <= 0) from = middle + 1;
    else to = middle;
  }
  sorted.splice(from, 0, one);
};
