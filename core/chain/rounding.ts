import { MOST_PILOTS } from './parameters.ts';

/** A chain may scale as often as it likes; the product stays a number that can be counted with. */
const LIMIT = MOST_PILOTS ** 2;

const countable = (x: bigint): number => Math.max(-LIMIT, Math.min(LIMIT, Number(x)));

/** A factor as it is written, not as floating point has it: 0.07 is 7 of 100. */
const fraction = (factor: number): readonly [bigint, bigint] => {
  const [number = '', power = 0] = factor.toString().split('e');
  const [whole = '', decimals = ''] = number.split('.');
  const places = decimals.length - Number(power);
  return [BigInt(whole + decimals), 10n ** BigInt(places)];
};

/** Rounds up the exact product of a whole number and a factor of at most 1000: 100 × 0.07 is 7, and not 8. */
export const ceilProduct = (n: number, factor: number): number => {
  const [of, all] = fraction(factor);
  const product = BigInt(n) * of;
  return countable(product / all + (product % all > 0n ? 1n : 0n));
};

/** Rounds down the same: 100 × 0.29 is 29, and not 28. */
export const floorProduct = (n: number, factor: number): number => {
  const [of, all] = fraction(factor);
  const product = BigInt(n) * of;
  return countable(product / all - (product % all < 0n ? 1n : 0n));
};
