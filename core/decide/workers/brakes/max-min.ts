/** What one queue holds of a cap that several share, and what it wants more: single workers of a size, in its order. */
export interface Claim {
  /** Its weight. */
  readonly share: number;
  readonly held: number;
  readonly wants: readonly { readonly size: number; readonly count: number }[];
}

const ROUNDING = 1e-9;

const demandOf = ({ held, wants }: Claim): number =>
  held + wants.reduce((n, { size, count }) => n + size * count, 0);

const sum = (numbers: readonly number[]): number => numbers.reduce((n, of) => n + of, 0);

/**
 * One worker of each: workers are whole, and a share of less than one would be none. Those of a queue that wants no more
 * are taken to be as large as the largest that another one wants next.
 */
const leastOf = (claims: readonly Claim[]): readonly number[] => {
  const largest = Math.max(0, ...claims.map(({ wants: [next] }) => next?.size ?? 0));
  return claims.map((claim) => Math.min(demandOf(claim), claim.wants[0]?.size ?? largest));
};

/** Max-min fair shares by weight alone, of some of the claims; nobody gets more than it holds and wants. */
const byWeight = (claims: readonly Claim[], among: readonly number[], cap: number): Map<number, number> => {
  const order = among
    .map((index) => ({ index, claim: claims[index] }))
    .flatMap(({ index, claim }) => (claim === undefined ? [] : [{ index, claim, demand: demandOf(claim) }]))
    .sort((a, b) => a.demand / a.claim.share - b.demand / b.claim.share);
  const shares = new Map<number, number>();
  let left = Math.max(0, cap);
  let weights = sum(order.map(({ claim }) => claim.share));
  for (const { index, claim, demand } of order) {
    const share = Math.min(demand, (left * claim.share) / weights);
    shares.set(index, share);
    left -= share;
    weights -= claim.share;
  }
  return shares;
};

/**
 * Weighted max-min fair shares of a cap: nobody gets more than it holds and wants, everybody gets a worker if there is
 * one for each, and what one leaves goes to the others by their weights. Their sum is the cap, or all that is
 * held and wanted if that is less.
 */
export const fairShares = (claims: readonly Claim[], cap: number): readonly number[] => {
  const least = leastOf(claims);
  const shares = [...least];
  let among = claims.map((_, index) => index);
  const isEnough = sum(least) <= cap;
  for (;;) {
    const taken = sum(shares) - sum(among.map((index) => shares[index] ?? 0));
    const found = byWeight(claims, among, cap - taken);
    const above = isEnough
      ? among.filter((index) => (found.get(index) ?? 0) + ROUNDING >= (least[index] ?? 0))
      : among;
    if (above.length === among.length) {
      for (const [index, share] of found) shares[index] = share;
      return shares;
    }
    // Who would get less than one worker gets that one; the others share what is left.
    among = above;
  }
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
