import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ceilProduct, floorProduct } from '../../../core/chain/rounding.ts';

/** The product of a whole number and so many of the last decimal, rounded as on paper. */
const exactly = (n: number, many: number, decimals: number): { floor: number; ceil: number } => {
  const product = BigInt(n) * BigInt(many);
  const all = 10n ** BigInt(decimals);
  const floor = product / all - (product % all < 0n ? 1n : 0n);
  return { floor: Number(floor), ceil: Number(floor * all === product ? floor : floor + 1n) };
};

describe('a product is rounded as if it had been worked out on paper', () => {
  it('for factors of up to eight decimals, up to a million million pilots', () => {
    const pilots = fc.oneof(...[1e6, 1e9].map((most) => fc.integer({ min: -most, max: most })));
    const factor = fc
      .integer({ min: 0, max: 8 })
      .chain((decimals) =>
        fc.tuple(fc.integer({ min: 0, max: 1000 * 10 ** decimals }), fc.constant(decimals)),
      );
    fc.assert(
      fc.property(pilots, factor, (n, [many, decimals]) => {
        const { floor, ceil } = exactly(n, many, decimals);
        expect(ceilProduct(n, many / 10 ** decimals)).toBe(ceil);
        expect(floorProduct(n, many / 10 ** decimals)).toBe(floor);
      }),
    );
  });

  it.each([
    [929_454_502, 844.24267, 784_685_150_413, 784_685_150_412],
    [657_389_348, 681.221442, 447_827_719_600, 447_827_719_599],
    [7, 1e-9, 1, 0],
    [-7, 1e-9, 0, -1],
  ])('%d times %d is %d, rounded up', (n, factor, up, down) => {
    expect([ceilProduct(n, factor), floorProduct(n, factor)]).toEqual([up, down]);
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
