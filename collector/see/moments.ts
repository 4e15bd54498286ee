/** What happened once: by the clock that only goes forward, and the moment that was told of it then. */
export interface Happened {
  readonly at: number;
  readonly toldAt: number;
}

/** One moment by both clocks: seconds since 1970, and seconds that only go forward. */
export interface Moment {
  readonly now: number;
  readonly here: number;
}

/** Two clocks that are read one after the other do not agree to the millisecond. */
const SAME_SECONDS = 0.01;

/**
 * When something happened, in seconds since 1970: to the digit what was told before, unless the clock has been set since
 * then. How long ago it was stays the same however it is set.
 */
export const told = ({ at, toldAt }: Happened, { now, here }: Moment): number => {
  const reckoned = now - (here - at);
  return Math.abs(reckoned - toldAt) < SAME_SECONDS ? toldAt : reckoned;
};
