import { describe, expect, it } from 'vitest';
import { chooseOffers } from '../../../../../core/decide/workers/sizing/offers.ts';
import { coolingNow } from '../../../../../core/learn/cooling.ts';
import { offerKey } from '../../../../../core/model/flavours.ts';
import { cooling, fleetSettings, type Knobs, LARGE, NARROW, NOW, STAGE, WIDE } from '../../../worlds.ts';

/** One pilot, EC2 with all its tokens, and workers that cost little besides their cores. */
const ONE = { count: 1, launchTokens: 1000, overheadPercent: 5 };

const choose = (shape = NARROW, knobs: Knobs = {}, refused: readonly string[] = []): unknown => {
  const offers = chooseOffers(shape, ONE, fleetSettings(knobs), {
    site: STAGE,
    cooling: new Set(refused),
    seen: new Map(),
  });
  if (typeof offers === 'string') return offers;
  return offers.offers.map(offerKey);
};

const BOTH = { flavours: 'm6i.large, m6i.2xlarge' };

describe('the offers for a pilot', () => {
  it.each([
    {
      when: 'it is narrow: the smallest flavour in every zone',
      got: () => choose(),
      offers: ['m6i.large/us-east-1a/on-demand', 'm6i.large/us-east-1b/on-demand'],
    },
    {
      when: 'it is wide: the smallest flavour it fits on',
      got: () => choose(WIDE),
      offers: ['m6i.2xlarge/us-east-1a/on-demand', 'm6i.2xlarge/us-east-1b/on-demand'],
    },
    {
      when: 'two flavours of the smallest size hold as many: both',
      got: () => choose(NARROW, { flavours: 'm6i.large, m6a.large, m6i.2xlarge' }),
      offers: [
        'm6i.large/us-east-1a/on-demand',
        'm6i.large/us-east-1b/on-demand',
        'm6a.large/us-east-1a/on-demand',
        'm6a.large/us-east-1b/on-demand',
      ],
    },
    {
      when: 'one of the smallest size holds fewer: the other alone',
      got: () => choose({ ...NARROW, memoryMb: 3500 }, { flavours: 'c6i.large, m6i.large' }),
      offers: ['m6i.large/us-east-1a/on-demand', 'm6i.large/us-east-1b/on-demand'],
    },
    {
      when: 'the smallest flavour has GPUs and it asks for none: the next size',
      got: () => choose(NARROW, { flavours: 'g5.large(2c,8192m,1g), m6i.2xlarge' }),
      offers: ['m6i.2xlarge/us-east-1a/on-demand', 'm6i.2xlarge/us-east-1b/on-demand'],
    },
    {
      when: 'the smallest flavour cools in one zone: the other zone',
      got: () => choose(NARROW, BOTH, ['m6i.large/us-east-1a/on-demand']),
      offers: ['m6i.large/us-east-1b/on-demand'],
    },
    {
      when: 'the smallest flavour cools everywhere: the next size',
      got: () => choose(NARROW, BOTH, ['m6i.large/us-east-1a/on-demand', 'm6i.large/us-east-1b/on-demand']),
      offers: ['m6i.2xlarge/us-east-1a/on-demand', 'm6i.2xlarge/us-east-1b/on-demand'],
    },
    {
      when: 'the market is spot: spot alone',
      got: () => choose(NARROW, { market: 'spot' }),
      offers: ['m6i.large/us-east-1a/spot', 'm6i.large/us-east-1b/spot'],
    },
    {
      when: 'the market is spot-first and the small one cools: a larger one on spot',
      got: () =>
        choose(NARROW, { market: 'spot-first' }, ['m6i.large/us-east-1a/spot', 'm6i.large/us-east-1b/spot']),
      offers: ['m6i.2xlarge/us-east-1a/spot', 'm6i.2xlarge/us-east-1b/spot'],
    },
    {
      when: 'the market is spot-first and all of spot cools: on-demand',
      got: () =>
        choose(NARROW, { market: 'spot-first', flavours: 'm6i.large' }, [
          'm6i.large/us-east-1a/spot',
          'm6i.large/us-east-1b/spot',
        ]),
      offers: ['m6i.large/us-east-1a/on-demand', 'm6i.large/us-east-1b/on-demand'],
    },
    {
      when: 'the market is spot and all of spot cools: none',
      got: () =>
        choose(NARROW, { market: 'spot', flavours: 'm6i.large' }, [
          'm6i.large/us-east-1a/spot',
          'm6i.large/us-east-1b/spot',
        ]),
      offers: 'all-cooling',
    },
    {
      when: 'it needs more cores than any flavour has: none',
      got: () => choose({ ...WIDE, cpus: 9 }),
      offers: 'too-small',
    },
    {
      when: 'it needs a GPU and no flavour has one: none',
      got: () => choose({ ...NARROW, gpus: 1 }),
      offers: 'too-small',
    },
    {
      when: 'it needs a GPU and one flavour has it: that one',
      got: () => choose({ ...NARROW, gpus: 1 }, { flavours: 'm6i.large, g5.xlarge(4c,16384m,1g)' }),
      offers: ['g5.xlarge/us-east-1a/on-demand', 'g5.xlarge/us-east-1b/on-demand'],
    },
  ])('when $when', ({ got, offers }) => {
    expect(got()).toEqual(offers);
  });

  it('promise no more room than the smallest of the flavours has', () => {
    const both = fleetSettings({ flavours: 'r6i.large, m6i.large' });
    expect(
      chooseOffers(NARROW, ONE, both, { site: STAGE, cooling: new Set(), seen: new Map() }),
    ).toMatchObject({ room: LARGE });
  });

  it('promise what a worker of the flavour has turned out to offer, where one has joined', () => {
    const seen = new Map([['m6i.large', { room: { ...LARGE, memoryMb: 1900 }, isAlone: true }]]);
    expect(
      chooseOffers(NARROW, ONE, fleetSettings(), { site: STAGE, cooling: new Set(), seen }),
    ).toMatchObject({
      offers: [{ flavour: 'm6i.2xlarge' }, { flavour: 'm6i.2xlarge' }],
    });
  });
});

describe('a refused offer', () => {
  it.each([
    ['cools until its moment', NOW + 1, 1],
    ['is asked again from then on', NOW, 0],
  ])('%s', (_, until, count) => {
    expect(coolingNow([cooling('m6i.large', 'us-east-1a', { until })], NOW).size).toBe(count);
  });

  it('leaves the same flavour alone in no other zone and on no other market', () => {
    expect([...coolingNow([cooling('m6i.large', 'us-east-1a')], NOW)]).toEqual([
      'm6i.large/us-east-1a/on-demand',
    ]);
  });
});
