import type { Clock } from '../../clock/clock.ts';

export interface BucketSize {
  readonly burst: number;
  readonly perSecond: number;
}

export interface Bucket {
  /** Tokens in it now. */
  left(): number;
  /** Takes tokens out; taking more than are left is a mistake of the caller. */
  take(count: number): void;
}

/** A token bucket that starts full and refills in simulated time. */
export const tokenBucket = (clock: Clock, size: BucketSize): Bucket => {
  let tokens = size.burst;
  let at = clock.now;
  const left = (): number => {
    tokens = Math.min(size.burst, tokens + (clock.now - at) * size.perSecond);
    at = clock.now;
    return tokens;
  };
  return {
    left,
    take(count) {
      if (count > left()) throw new Error(`${count} tokens were taken of ${tokens}`);
      tokens -= count;
    },
  };
};
