import { MOST_PILOTS } from './parameters.ts';

/**
 * Twice what the factor, written in binary, and one multiplication can be off together (2⁻⁵³ each). A larger one would
 * take a whole pilot away at the limit below.
 */
const RELATIVE_ERROR = 2 ** -51;

/** A chain may scale as often as it likes; the product stays a number that can be counted with. */
const LIMIT = MOST_PILOTS ** 2;

const countable = (x: number): number => Math.max(-LIMIT, Math.min(LIMIT, x)) + 0;

/** Rounds up as if the product were exact: 100 × 0.07 is 7, though floating point says a little more. */
export const ceilProduct = (n: number, factor: number): number => {
  const product = n * factor;
  return countable(Math.ceil(product - Math.abs(product) * RELATIVE_ERROR));
};

/** Rounds down as if the product were exact: 100 × 0.29 is 29, though floating point says a little less. */
export const floorProduct = (n: number, factor: number): number => {
  const product = n * factor;
  return countable(Math.floor(product + Math.abs(product) * RELATIVE_ERROR));
};
