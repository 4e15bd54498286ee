import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Claim,
  entitled,
  fairShares,
  grant,
} from '../../../../../core/decide/workers/brakes/max-min.ts';

const claim = (
  held: number,
  wants: readonly (readonly [size: number, count: number])[],
  share = 10,
): Claim => ({
  share,
  held,
  wants: wants.map(([size, count]) => ({ size, count })),
});

const anyClaim: fc.Arbitrary<Claim> = fc.record({
  share: fc.integer({ min: 1, max: 20 }),
  held: fc.integer({ min: 0, max: 30 }),
  wants: fc.array(
    fc.record({ size: fc.integer({ min: 1, max: 8 }), count: fc.integer({ min: 1, max: 20 }) }),
    {
      maxLength: 3,
    },
  ),
});
const claims = fc.array(anyClaim, { minLength: 1, maxLength: 8 });
const cap = fc.integer({ min: 0, max: 200 });
const turn = fc.nat(100);

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const wanted = ({ wants }: Claim): number => sum(wants.map(({ size, count }) => size * count));
/** Sizes of the workers that a queue is granted, one by one. */
const sizes = ({ wants }: Claim): readonly number[] =>
  wants.flatMap(({ size, count }) => Array(count).fill(size));
const given = (of: Claim, workers: number): number => sum(sizes(of).slice(0, workers));

describe('fair shares of a cap', () => {
  it.each([
    ['equal wishes', [claim(0, [[1, 10]]), claim(0, [[1, 10]])], 10, [5, 5]],
    ['what one leaves is lent', [claim(0, [[1, 2]]), claim(0, [[1, 50]])], 10, [2, 8]],
    ['by weight', [claim(0, [[1, 50]], 30), claim(0, [[1, 50]], 10)], 20, [15, 5]],
    ['all of it, where there is enough', [claim(1, [[1, 2]]), claim(0, [])], 20, [3, 0]],
  ] as const)('%s', (_, of, most, expected) => {
    expect(fairShares(of, most)).toEqual(expected);
  });

  it('come to the cap or to all that is wanted, and only who has all has less for its weight than one that has more than a worker', () => {
    fc.assert(
      fc.property(claims, cap, (of, whole) => {
        const shares = fairShares(of, whole);
        const demand = sum(of.map((one) => one.held + wanted(one)));
        expect(sum([...shares])).toBeCloseTo(Math.min(whole, demand), 6);
        const worker = Math.max(0, ...of.map((one) => sizes(one)[0] ?? 0));
        const levels = of.map(({ share }, index) => (shares[index] ?? 0) / share);
        const most = Math.max(0, ...levels.filter((_, index) => (shares[index] ?? 0) > worker + 1e-9));
        for (const [index, one] of of.entries()) {
          const isSated = (shares[index] ?? 0) >= one.held + wanted(one) - 1e-9;
          if (!isSated) expect(levels[index]).toBeGreaterThanOrEqual(most - 1e-6);
        }
      }),
    );
  });
});

describe('what is granted', () => {
  it('never goes beyond the cap, nor beyond what is wanted', () => {
    fc.assert(
      fc.property(claims, cap, turn, (of, most, n) => {
        const { workers, free } = grant(of, most, n);
        const before = sum(of.map(({ held }) => held));
        const more = sum(of.map((one, index) => given(one, workers[index] ?? 0)));
        for (const [index, one] of of.entries()) {
          expect(workers[index]).toBeLessThanOrEqual(sizes(one).length);
        }
        if (more > 0) expect(before + more).toBeLessThanOrEqual(most + 1e-6);
        expect(free).toBeCloseTo(most - before - more, 6);
      }),
    );
  });

  it('leaves nothing free that somebody wants, but what is kept for one who is entitled to it', () => {
    fc.assert(
      fc.property(claims, cap, turn, (of, most, n) => {
        const { workers, free } = grant(of, most, n);
        const fair = fairShares(of, most);
        const waiting = of.flatMap((one, index) => {
          const next = sizes(one)[workers[index] ?? 0];
          return next === undefined ? [] : [{ one, index, next }];
        });
        const fits = waiting.filter(({ next }) => next <= free);
        if (fits.length === 0) return;
        const kept = waiting.some(({ one, index, next }) => {
          const then = one.held + given(one, workers[index] ?? 0) + next;
          return next > free && then <= entitled(one, fair[index] ?? 0, most) + 1e-6;
        });
        expect(kept).toBe(true);
      }),
    );
  });

  it('goes to who holds the least for its weight', () => {
    expect(grant([claim(8, [[1, 10]]), claim(0, [[1, 10]])], 12, 0).workers).toEqual([0, 4]);
    expect(grant([claim(0, [[1, 10]], 30), claim(0, [[1, 10]])], 8, 0).workers).toEqual([6, 2]);
  });

  it('keeps room for a wide worker that its queue is entitled to, and lets small ones by it where it is not', () => {
    expect(grant([claim(4, [[1, 10]]), claim(0, [[8, 2]])], 10, 0)).toEqual({ workers: [0, 0], free: 6 });
    expect(grant([claim(0, [[1, 10]]), claim(0, [[12, 2]])], 10, 0).workers).toEqual([10, 0]);
  });

  it('is not always the same queue of equals', () => {
    const of = [claim(0, [[1, 1]]), claim(0, [[1, 1]]), claim(0, [[1, 1]])];
    const first = [0, 1, 2].map((n) => grant(of, 1, n).workers.indexOf(1));
    expect(first.sort()).toEqual([0, 1, 2]);
  });
});
