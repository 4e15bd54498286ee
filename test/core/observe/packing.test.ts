import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Bin,
  fits,
  howManyFit,
  minus,
  type Resources,
  shapeKey,
  type Waiting,
} from '../../../core/model/resources.ts';
import { gather, pack } from '../../../core/observe/packing.ts';
import { LARGE, NARROW, WIDE } from '../worlds.ts';

const BIG: Resources = { cpus: 8, memoryMb: 30_000, diskMb: 100_000, gpus: 0 };

describe('a room', () => {
  it.each([
    ['cores', { ...NARROW, cpus: 3 }, 2],
    ['memory', { ...NARROW, memoryMb: 10_000 }, 3],
    ['disk', { ...NARROW, diskMb: 60_000 }, 1],
    ['GPUs', { ...NARROW, gpus: 1 }, 0],
    [
      'nothing else than cores where the rest is not asked for',
      { cpus: 4, memoryMb: 0, diskMb: 0, gpus: 0 },
      2,
    ],
    ['nobody who asks for nothing', { cpus: 0, memoryMb: 0, diskMb: 0, gpus: 0 }, 0],
  ])('holds what its %s allow', (_, shape, count) => {
    expect(howManyFit(shape, BIG)).toBe(count);
  });
});

describe('packing', () => {
  it('puts wide pilots first, and narrow ones into what they leave', () => {
    const waiting = [
      { shape: NARROW, count: 4 },
      { shape: { ...WIDE, cpus: 6 }, count: 1 },
    ];
    expect(pack(waiting, [{ room: BIG, count: 1 }])).toMatchObject({
      placed: 3,
      residual: [{ shape: NARROW, count: 2 }],
    });
  });

  it('fills the tightest room first, so that whole machines stay free to go', () => {
    const { bins } = pack(
      [{ shape: NARROW, count: 2 }],
      [
        { room: BIG, count: 1 },
        { room: LARGE, count: 1 },
      ],
    );
    expect(bins).toContainEqual({ room: BIG, count: 1 });
  });

  it('leaves what fits nowhere', () => {
    expect(pack([{ shape: WIDE, count: 3 }], [{ room: LARGE, count: 50 }])).toMatchObject({
      placed: 0,
      residual: [{ shape: WIDE, count: 3 }],
    });
  });

  it('counts alike rooms together', () => {
    const rooms = [LARGE, BIG, LARGE].map((room) => ({ room: { ...room }, count: 2 }));
    expect(gather(rooms)).toEqual([
      { room: LARGE, count: 4 },
      { room: BIG, count: 2 },
    ]);
  });
});

const anyRoom: fc.Arbitrary<Resources> = fc.record({
  cpus: fc.nat({ max: 64 }),
  memoryMb: fc.nat({ max: 128 }).map((gib) => gib * 1000),
  diskMb: fc.constantFrom(0, 20_000, 100_000),
  gpus: fc.constantFrom(0, 0, 0, 1, 4),
});
const anyBins = fc.array(fc.record({ room: anyRoom, count: fc.integer({ min: 1, max: 20 }) }), {
  maxLength: 8,
});
const anyWaiting: fc.Arbitrary<readonly Waiting[]> = fc.uniqueArray(
  fc.record({
    shape: fc.record({
      cpus: fc.integer({ min: 1, max: 16 }),
      memoryMb: fc.integer({ min: 0, max: 40 }).map((gib) => gib * 1000),
      diskMb: fc.constantFrom(0, 10_000),
      gpus: fc.constantFrom(0, 0, 1),
    }),
    count: fc.integer({ min: 1, max: 60 }),
  }),
  { maxLength: 5, selector: ({ shape }) => shapeKey(shape) },
);

const times = ({ cpus, memoryMb, diskMb, gpus }: Resources, n: number): Resources => ({
  cpus: cpus * n,
  memoryMb: memoryMb * n,
  diskMb: diskMb * n,
  gpus: gpus * n,
});
const NOTHING: Resources = { cpus: 0, memoryMb: 0, diskMb: 0, gpus: 0 };
const total = (bins: readonly Bin[]): Resources =>
  bins.reduce((sum, { room, count }) => minus(sum, room, -count), NOTHING);
const rooms = (bins: readonly Bin[]): number => bins.reduce((n, { count }) => n + count, 0);
const asked = (waiting: readonly Waiting[]): number => waiting.reduce((n, { count }) => n + count, 0);

describe('laws of packing', () => {
  it('conserves pilots: every one is placed or left over, in its own shape', () => {
    fc.assert(
      fc.property(anyWaiting, anyBins, (waiting, bins) => {
        const { placed, residual } = pack(waiting, bins);
        expect(placed + asked(residual)).toBe(asked(waiting));
        for (const left of residual) {
          const before = waiting.find(({ shape }) => shapeKey(shape) === shapeKey(left.shape));
          expect(left.count).toBeLessThanOrEqual(before?.count ?? 0);
        }
      }),
    );
  });

  it('overfills no room, and takes from the rooms just what was placed', () => {
    fc.assert(
      fc.property(anyWaiting, anyBins, (waiting, bins) => {
        const after = pack(waiting, bins);
        expect(rooms(after.bins)).toBe(rooms(bins));
        for (const { room } of after.bins) expect(fits(NOTHING, room)).toBe(true);
        const left = new Map(after.residual.map(({ shape, count }) => [shapeKey(shape), count]));
        const used = waiting
          .map(({ shape, count }) => times(shape, count - (left.get(shapeKey(shape)) ?? 0)))
          .reduce((sum, taken) => minus(sum, times(taken, -1)), NOTHING);
        expect(minus(total(bins), used)).toEqual(total(after.bins));
      }),
    );
  });

  it('leaves no pilot out for which there is still room', () => {
    fc.assert(
      fc.property(anyWaiting, anyBins, (waiting, bins) => {
        const { residual, bins: after } = pack(waiting, bins);
        for (const { shape } of residual) {
          expect(after.filter(({ room }) => howManyFit(shape, room) > 0)).toEqual([]);
        }
      }),
    );
  });
});
