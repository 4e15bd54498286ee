import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ceilProduct, floorProduct } from '../../../core/chain/rounding.ts';

/** The product of a whole number and so many thousandths, rounded as on paper. */
const exactly = (n: number, thousandths: number): { floor: number; ceil: number } => {
  const product = BigInt(n) * BigInt(thousandths);
  const floor = product / 1000n;
  return { floor: Number(floor), ceil: Number(product % 1000n === 0n ? floor : floor + 1n) };
};

describe('a product is rounded as if it had been worked out on paper', () => {
  it('for factors of three decimals, up to a million million pilots', () => {
    const pilots = fc.oneof(
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.integer({ min: 0, max: 1_000_000_000 }),
    );
    const factor = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(pilots, factor, (n, thousandths) => {
        const { floor, ceil } = exactly(n, thousandths);
        expect(ceilProduct(n, thousandths / 1000)).toBe(ceil);
        expect(floorProduct(n, thousandths / 1000)).toBe(floor);
      }),
    );
  });

  it.each([
    [1_000_000_000, 1000, 1_000_000_000_000],
    [1_000_000_000, 2000, 1_000_000_000_000],
    [-1_000_000_000, 1000, -1_000_000_000_000],
  ])('%d times %d is %d, and no pilot less; beyond that it stays', (n, factor, expected) => {
    expect(ceilProduct(n, factor)).toBe(expected);
    expect(floorProduct(n, factor)).toBe(expected);
  });
});
