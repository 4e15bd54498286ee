import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fits, howManyFit, minus, type Resources, shapeKey } from '../../../core/model/resources.ts';
import { allows, type Limits } from '../../../core/model/takes.ts';
import type { Waiters } from '../../../core/observe/demand.ts';
import { type Bin, gather, pack, widestFirst } from '../../../core/observe/packing.ts';

import { LARGE, NARROW, WIDE } from '../worlds.ts';

const BIG: Resources = { cpus: 8, memoryMb: 30_000, diskMb: 100_000, gpus: 0 };

const HOUR = 3600;
const ANY: Limits = { gpus: 0, longestSeconds: HOUR, fewestCpus: 0 };
const jobs = (count: number, given: Partial<Waiters> = {}): Waiters => ({
  ...{ shape: NARROW, wallSeconds: HOUR, count },
  ...given,
});
const bins = (room: Resources, count: number, limits: Partial<Limits> = {}): Bin => ({
  ...{ room, count },
  limits: { ...ANY, gpus: room.gpus, ...limits },
});

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
    const waiting = [jobs(4), jobs(1, { shape: { ...WIDE, cpus: 6 } })];
    expect(pack(waiting, [bins(BIG, 1)])).toMatchObject({ placed: 3, residual: [jobs(2)] });
  });

  it('fills the tightest room first, so that whole machines stay free to go', () => {
    expect(pack([jobs(2)], [bins(BIG, 1), bins(LARGE, 1)]).bins).toContainEqual(bins(BIG, 1));
  });

  it('fills the one with the least memory first of those with as many cores', () => {
    const tight = { ...LARGE, memoryMb: 4000 };
    const { bins: after } = pack([jobs(2)], [bins(LARGE, 1), bins(tight, 1)]);
    expect(after).toContainEqual(bins(LARGE, 1));
    expect(after).not.toContainEqual(bins(tight, 1));
  });

  it('puts GPU jobs first, then wide ones, then those with much memory', () => {
    const order = [{ ...NARROW, gpus: 1 }, { ...NARROW, cpus: 8 }, { ...NARROW, memoryMb: 9000 }, NARROW].map(
      (shape) => ({ shape }),
    );
    expect(order.toReversed().sort(widestFirst)).toEqual(order);
  });

  it('leaves what fits nowhere', () => {
    const wide = jobs(3, { shape: WIDE });
    expect(pack([wide], [bins(LARGE, 50)])).toMatchObject({ placed: 0, residual: [wide] });
  });

  it('counts alike rooms together', () => {
    const rooms = [LARGE, BIG, LARGE].map((room) => bins({ ...room }, 2));
    expect(gather(rooms)).toEqual([bins(LARGE, 4), bins(BIG, 2)]);
  });

  it.each<readonly [string, Partial<Limits>]>([
    ['another life', { longestSeconds: HOUR + 1 }],
    ['another queue', { onlyQueue: 'BNL' }],
    ['another width', { width: 1 }],
    ['GPUs', { gpus: 1 }],
  ])('counts rooms of workers with %s apart', (_, other) => {
    const rooms = [bins(LARGE, 1), bins(LARGE, 2, other)];
    expect(gather(rooms)).toEqual(rooms);
  });
});

/** A room, whose worker it is, whose jobs wait, and how many of two are placed. */
describe('a room that is', () => {
  it.each<readonly [string, Partial<Waiters>, Partial<Limits>, number]>([
    ["a new worker's: anybody's", {}, {}, 2],
    ["a new worker's: a pilot's", { queue: 'BNL' }, {}, 2],
    ["an old worker's: its queue's pilots'", { queue: 'BNL' }, { onlyQueue: 'BNL' }, 2],
    ["an old worker's: no other queue's", { queue: 'CERN' }, { onlyQueue: 'BNL' }, 0],
    ["an old worker's: no other job's", {}, { onlyQueue: 'BNL' }, 0],
    ['there as long as a job may run: its', { wallSeconds: HOUR }, { longestSeconds: HOUR }, 2],
    ['there for less: not its', { wallSeconds: HOUR + 1 }, { longestSeconds: HOUR }, 0],
    ['for jobs of one core: theirs', {}, { width: 1 }, 2],
    ['for jobs of eight cores: not theirs that ask for one', {}, { width: 8 }, 0],
    ["a GPU worker's: not theirs that ask for none", {}, { gpus: 1 }, 0],
  ])('%s', (_, of, limits, placed) => {
    expect(pack([jobs(2, of)], [bins(LARGE, 5, limits)]).placed).toBe(placed);
  });

  it("a GPU worker's: theirs that ask for one, also while another has a GPU of it", () => {
    const room = { ...LARGE, gpus: 1 };
    const one = jobs(2, { shape: { ...NARROW, gpus: 1 } });
    expect(pack([one], [bins(room, 1, { gpus: 2 })]).placed).toBe(1);
    expect(pack([one], [bins({ ...room, gpus: 0 }, 1, { gpus: 2 })]).placed).toBe(0);
  });

  it("an old worker's is left to its queue, and the others are placed elsewhere", () => {
    const waiting = [jobs(2, { queue: 'CERN' }), jobs(2, { queue: 'BNL' })];
    const { residual } = pack(waiting, [bins(LARGE, 1, { onlyQueue: 'BNL' })]);
    expect(residual).toEqual([jobs(2, { queue: 'CERN' })]);
  });
});

const anyRoom: fc.Arbitrary<Resources> = fc.record({
  cpus: fc.nat({ max: 64 }),
  memoryMb: fc.nat({ max: 128 }).map((gib) => gib * 1000),
  diskMb: fc.constantFrom(0, 20_000, 100_000),
  gpus: fc.constantFrom(0, 0, 0, 1, 4),
});
const anyLimits = ({ gpus }: Resources): fc.Arbitrary<Limits> =>
  fc
    .record(
      {
        longestSeconds: fc.constantFrom(HOUR, 2 * HOUR),
        onlyQueue: fc.constantFrom('A', 'B'),
        width: fc.constantFrom(1, 8),
      },
      { requiredKeys: ['longestSeconds'] },
    )
    .map((of) => ({ gpus, fewestCpus: 0, ...of }));
const anyBins: fc.Arbitrary<readonly Bin[]> = fc.array(
  anyRoom.chain((room) =>
    fc.record({
      room: fc.constant(room),
      count: fc.integer({ min: 1, max: 20 }),
      limits: fc.oneof(
        fc.constant({ gpus: room.gpus, longestSeconds: 2 * HOUR, fewestCpus: 0 }),
        anyLimits(room),
      ),
    }),
  ),
  { maxLength: 8 },
);
const kindOf = ({ shape, wallSeconds, queue = '' }: Waiters) => `${shapeKey(shape)} ${wallSeconds} ${queue}`;
const anyWaiting: fc.Arbitrary<readonly Waiters[]> = fc.uniqueArray(
  fc.record({
    shape: fc.record({
      cpus: fc.integer({ min: 1, max: 16 }),
      memoryMb: fc.integer({ min: 0, max: 40 }).map((gib) => gib * 1000),
      diskMb: fc.constantFrom(0, 10_000),
      gpus: fc.constantFrom(0, 0, 1),
    }),
    wallSeconds: fc.constantFrom(HOUR, HOUR, 2 * HOUR, 3 * HOUR),
    queue: fc.constantFrom('A', 'B', 'C'),
    count: fc.integer({ min: 1, max: 60 }),
  }),
  { maxLength: 5, selector: kindOf },
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
const asked = (waiting: readonly Waiters[]): number => waiting.reduce((n, { count }) => n + count, 0);

describe('laws of packing', () => {
  it('conserves jobs: every one is placed or left over, in its own kind', () => {
    fc.assert(
      fc.property(anyWaiting, anyBins, (waiting, bins) => {
        const { placed, residual } = pack(waiting, bins);
        expect(placed + asked(residual)).toBe(asked(waiting));
        for (const left of residual) {
          const before = waiting.find((of) => kindOf(of) === kindOf(left));
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
        const left = new Map(after.residual.map((of) => [kindOf(of), of.count]));
        const used = waiting
          .map((of) => times(of.shape, of.count - (left.get(kindOf(of)) ?? 0)))
          .reduce((sum, taken) => minus(sum, times(taken, -1)), NOTHING);
        expect(minus(total(bins), used)).toEqual(total(after.bins));
      }),
    );
  });

  it('leaves no job out for which there is still room that takes it', () => {
    fc.assert(
      fc.property(anyWaiting, anyBins, (waiting, bins) => {
        const { residual, bins: after } = pack(waiting, bins);
        for (const job of residual) {
          const open = after.filter(
            ({ room, limits }) => allows(limits, job) && howManyFit(job.shape, room) > 0,
          );
          expect(open).toEqual([]);
        }
      }),
    );
  });
});
