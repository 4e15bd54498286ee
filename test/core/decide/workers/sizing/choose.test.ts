import { describe, expect, it } from 'vitest';
import {
  type Allowance,
  choose,
  grant,
  less,
  mostOf,
  payable,
} from '../../../../../core/decide/workers/sizing/choose.ts';
import type { OfferClass } from '../../../../../core/decide/workers/sizing/offers.ts';
import type { Wanted } from '../../../../../core/decide/workers/sizing/request.ts';
import type { Waiters } from '../../../../../core/observe/demand.ts';
import { situationIn } from '../../../planning.ts';
import { type Knobs, LARGE, NARROW, WIDE, workerWorld } from '../../../worlds.ts';

const OFFERS: OfferClass = {
  ...{ market: 'on-demand', room: LARGE, prices: { 'm6i.large': 0.1, 'm6a.large': 0.2 } },
  offers: [{ flavour: 'm6i.large', subnetId: 'subnet-a', zone: 'us-east-1a', market: 'on-demand' }],
};
const wanted = (count: number, given: Partial<Wanted> = {}): Wanted => ({
  ...{ offers: OFFERS, count, shape: NARROW, longestSeconds: 60 },
  ...given,
});
const headroom = (perHour: number) => ({ perHour, months: [], life: { from: 0, to: 3600 } });

describe('what is granted', () => {
  it('to jobs that differ in how long they run alone is one launch, for the longest of them', () => {
    const granted: Wanted[] = [];
    grant(granted, wanted(2));
    grant(granted, wanted(3, { longestSeconds: 900 }));
    grant(granted, wanted(4, { longestSeconds: 30 }));
    expect(granted).toEqual([wanted(9, { longestSeconds: 900 })]);
  });

  it('to jobs of another shape, or on other machines, is another launch', () => {
    const granted: Wanted[] = [];
    grant(granted, wanted(2));
    grant(granted, wanted(3, { shape: WIDE }));
    grant(granted, wanted(4, { offers: { ...OFFERS, offers: [] } }));
    expect(granted.map(({ count }) => count)).toEqual([2, 3, 4]);
  });

  it('is taken from what is left, as dear as any of the types', () => {
    const left: Allowance = { workers: 9, cores: 20, headroom: headroom(1) };
    const after = less(left, OFFERS, 3);
    expect(after).toMatchObject({ workers: 6, cores: 14 });
    expect(after.headroom?.perHour).toBeCloseTo(0.4, 9);
    expect(less({ workers: 9, cores: 20 }, OFFERS, 3)).toEqual({ workers: 6, cores: 14 });
  });

  it.each<readonly [string, Allowance, number]>([
    ['workers', { workers: 3, cores: 99 }, 3],
    ['whole workers of the cores', { workers: 9, cores: 7 }, 3],
    ['none below none', { workers: -1, cores: 9 }, 0],
  ])('is no more than is left: %s', (_, left, most) => {
    expect(mostOf(OFFERS, left)).toBe(most);
  });

  it('is no more than the budget pays for, where there is one', () => {
    const left = { workers: 9, cores: 9 };
    expect(payable(OFFERS, left)).toBe(Number.POSITIVE_INFINITY);
    expect(payable(OFFERS, { ...left, headroom: headroom(0.5) })).toBe(2);
  });
});

describe('workers for jobs that fit nowhere', () => {
  const LEFT = { workers: 20, cores: 200 };
  const jobs = (given: Partial<Waiters> = {}): Waiters => ({
    ...{ shape: NARROW, wallSeconds: 3600, count: 4 },
    ...given,
  });
  const chosen = (waiting: readonly Waiters[], knobs: Knobs = {}, left: Allowance = LEFT) =>
    choose(waiting, situationIn(workerWorld({ knobs })), left);

  it('are none for those that outlast every worker, which are told', () => {
    const lasting = 604_800 - 600;
    const { granted, why } = chosen([jobs({ wallSeconds: 604_800 }), jobs({ wallSeconds: lasting - 9000 })]);
    expect(granted).toMatchObject([{ count: 2, longestSeconds: lasting - 9000 }]);
    expect(why).toEqual([
      {
        ...{ kind: 'jobs-outlast-workers', pilots: 4, cpus: 1, memoryMb: 2000 },
        ...{ wallSeconds: 604_800, maxLifeSeconds: 604_800 },
      },
    ]);
  });

  it('are on demand for those that have lost a spot machine, whatever the fleet asks for', () => {
    const { granted } = chosen([jobs({ onDemand: true }), jobs({ shape: { ...NARROW, memoryMb: 2100 } })], {
      market: 'spot',
      flavours: 'm6i.large',
    });
    expect(granted.map(({ offers }) => offers.market).sort()).toEqual(['on-demand', 'spot']);
  });

  it('count those that the caps keep back, and those that the budget does', () => {
    expect(chosen([jobs({ count: 40 })], { flavours: 'm6i.large' }, { workers: 3, cores: 99 })).toMatchObject(
      {
        ...{ granted: [{ count: 3 }], keptBack: 17, tooDear: 0 },
      },
    );
    const priced = { flavours: 'm6i.large', prices: 'm6i.large=1', 'worker-overhead-percent': '0' };
    expect(
      chosen([jobs({ count: 40 })], priced, { workers: 3, cores: 99, headroom: headroom(1) }),
    ).toMatchObject({
      ...{ granted: [{ count: 1 }], keptBack: 17, tooDear: 2 },
    });
  });
});
