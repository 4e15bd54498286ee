import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fairByWidth,
  fairShares,
  type WidthWants,
} from '../../../../../core/decide/workers/sizing/by-width.ts';

const narrow = (count: number): WidthWants => ({ width: 1, cores: 2, count });
const wide = (count: number): WidthWants => ({ width: 8, cores: 8, count });
const PLENTY = 1_000_000;

interface Given {
  readonly wanted: readonly WidthWants[];
  readonly workers?: number;
  readonly cores?: number;
  /** Cores in use, by width. */
  readonly held?: Readonly<Record<number, number>>;
}

/** How many workers each width is granted. */
const granted = ({ wanted, workers = PLENTY, cores = PLENTY, held = {} }: Given) => {
  const inUse = new Map(Object.entries(held).map(([width, of]) => [Number(width), of]));
  return Object.fromEntries(fairByWidth(wanted, { workers, cores }, inUse));
};

describe('workers that the caps allow', () => {
  it.each<readonly [string, Given, object]>([
    ['are all that are wanted where there is room', { wanted: [narrow(5), wide(2)] }, { 1: 5, 8: 2 }],
    ['are none where there is none', { wanted: [narrow(5), wide(2)], workers: 0 }, {}],
    [
      'go one after the other to the width with the fewest cores',
      { wanted: [narrow(50), wide(50)], workers: 5 },
      { 1: 4, 8: 1 },
    ],
    [
      'go to whom has none yet, of what is in use',
      { wanted: [narrow(50), wide(50)], workers: 5, held: { 1: 40 } },
      { 8: 5 },
    ],
    [
      'go on to the others until these have caught up',
      { wanted: [narrow(50), wide(50)], workers: 6, held: { 1: 16 } },
      { 1: 3, 8: 3 },
    ],
    ['share cores half and half', { wanted: [narrow(50), wide(50)], cores: 32 }, { 1: 8, 8: 2 }],
    [
      'are lent where one width wants less than its part',
      { wanted: [narrow(2), wide(50)], cores: 36 },
      { 1: 2, 8: 4 },
    ],
    [
      'are kept for a wide one that is within its part and does not fit yet',
      { wanted: [narrow(50), wide(1)], cores: 6, held: { 1: 26 } },
      {},
    ],
    [
      'are not kept for a wide one beyond its part',
      { wanted: [narrow(50), wide(50)], cores: 6, held: { 1: 16, 8: 16 } },
      { 1: 3 },
    ],
    [
      'are not kept for one that the cap has no room for at all',
      { wanted: [narrow(50), wide(1)], cores: 6 },
      { 1: 3 },
    ],
    [
      'of two sizes for one width are given in the order in which they are wanted',
      { wanted: [{ width: 1, cores: 8, count: 1 }, narrow(9)], cores: 14 },
      { 1: 4 },
    ],
  ])('%s', (_, given, expected) => {
    expect(granted(given)).toEqual(expected);
  });

  const wants = fc.array(
    fc.record({ width: fc.constantFrom(1, 4, 8), cores: fc.constantFrom(8, 16), count: fc.nat(20) }),
    { maxLength: 5 },
  );
  const use = fc.dictionary(fc.constantFrom('1', '4', '8'), fc.nat(100));

  it('are never more than there is room for, nor more than a width wants', () => {
    fc.assert(
      fc.property(wants, fc.nat(40), fc.nat(300), use, (wanted, workers, cores, held) => {
        const all = granted({ wanted, workers, cores, held });
        let [left, leftCores] = [workers, cores];
        for (const [width, count] of Object.entries(all)) {
          const own = wanted.filter((of) => of.width === Number(width));
          expect(count).toBeLessThanOrEqual(own.reduce((n, of) => n + of.count, 0));
          left -= count;
          let rest = count;
          for (const of of own) {
            const taken = Math.min(rest, of.count);
            leftCores -= taken * of.cores;
            rest -= taken;
          }
        }
        expect(left).toBeGreaterThanOrEqual(0);
        expect(leftCores).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('leave no width behind another by more than a worker, where it wants more and caps count workers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(60), fc.nat(60), (workers, a, b) => {
        const all = granted({ wanted: [narrow(500), wide(500)], workers, held: { 1: a, 8: b } });
        const cores = { narrow: a + (all[1] ?? 0) * 2, wide: b + (all[8] ?? 0) * 8 };
        // Whoever was given some is at most one worker ahead of the other.
        if ((all[1] ?? 0) > 0) expect(cores.narrow - cores.wide).toBeLessThanOrEqual(2);
        if ((all[8] ?? 0) > 0) expect(cores.wide - cores.narrow).toBeLessThanOrEqual(8);
      }),
    );
  });
});

it.each<readonly [string, Parameters<typeof fairShares>[0], number, object]>([
  [
    'give what one width leaves to the others, in whatever order they come',
    [
      { width: 8, demand: 100 },
      { width: 1, demand: 2 },
    ],
    20,
    { 1: 2, 8: 18 },
  ],
  [
    'are the same for all who want more',
    [
      { width: 8, demand: 100 },
      { width: 4, demand: 90 },
      { width: 1, demand: 80 },
    ],
    30,
    { 1: 10, 4: 10, 8: 10 },
  ],
  [
    'are all that is wanted where there is room',
    [
      { width: 8, demand: 16 },
      { width: 1, demand: 3 },
    ],
    30,
    { 1: 3, 8: 16 },
  ],
])('fair shares %s', (_, claims, cap, shares) => {
  expect(Object.fromEntries(fairShares(claims, cap))).toEqual(shares);
});
