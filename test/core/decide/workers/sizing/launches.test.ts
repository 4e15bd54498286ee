import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planLaunches } from '../../../../../core/decide/workers/sizing/launches.ts';
import type { Waiters } from '../../../../../core/observe/demand.ts';
import type { Ec2Conditions } from '../../../../../core/observe/ec2-conditions.ts';
import type { Situation } from '../../../../../core/observe/situation.ts';
import { situationIn } from '../../../planning.ts';
import '../../../../property-seed.ts';
import type { Shape } from '../../../../../core/model/resources.ts';
import { type Knobs, NARROW, NOW, STAGE, WIDE, workerWorld } from '../../../worlds.ts';

const PLENTY = { workers: 1000, cores: 100_000 };

/** A situation with conditions of EC2, and with launch tokens for all. */
const on = (ec2: Partial<Ec2Conditions>, knobs: Knobs = {}): Situation => {
  const situation = situationIn(workerWorld({ knobs }));
  return { ...situation, ec2: { ...situation.ec2, launchTokens: 1000, viewAgeSeconds: 5, ...ec2 } };
};

const plan = (
  waiting: readonly Waiters[],
  {
    knobs = {},
    left = PLENTY,
    refused = [],
  }: Partial<{ knobs: Knobs; left: typeof PLENTY; refused: string[] }> = {},
) => planLaunches({ residual: waiting, later: [] }, on({ cooling: new Set(refused) }, knobs), left);

/** What a plan comes to: `3 m6i.large`. */
const launched = (...asked: Parameters<typeof plan>): readonly string[] =>
  plan(...asked).launches.map(({ request }) => `${request.count} ${request.overrides[0]?.flavour}`);

const of = (shape: Shape, count: number): Waiters => ({ shape, wallSeconds: 3600, count });
const narrow = (count: number): Waiters => of(NARROW, count);
const wide = (count: number): Waiters => of(WIDE, count);
/** Two fit on an m6i.2xlarge, and leave room for two narrow ones. */
const threeCores = (count: number): Waiters => of({ ...WIDE, cpus: 3, memoryMb: 6000 }, count);

describe('pilots that fit on no worker', () => {
  it.each([
    { waiting: [], workers: [] },
    { waiting: [narrow(1)], workers: ['1 m6i.large'] },
    { waiting: [narrow(5)], workers: ['3 m6i.large'] },
    { waiting: [wide(3)], workers: ['3 m6i.2xlarge'] },
    { waiting: [narrow(4), wide(1)], workers: ['1 m6i.2xlarge', '2 m6i.large'] },
    { waiting: [threeCores(1), narrow(5)], workers: ['1 m6i.2xlarge'] },
    { waiting: [threeCores(1), narrow(7)], workers: ['1 m6i.2xlarge', '1 m6i.large'] },
    { waiting: [threeCores(6), narrow(6)], workers: ['3 m6i.2xlarge'] },
  ])('get workers: $waiting.length shapes, $workers', ({ waiting, workers }) => {
    expect(launched(waiting)).toEqual(workers);
  });
});

describe('a launch', () => {
  it.each([
    ['m7g.large', 'ami-0aa', 'ami-0aa'],
    ['m7g.large', undefined, undefined],
    ['m6i.large', 'ami-0aa', undefined],
  ])('of %s in a stage whose image for ARM is %s names the image %s', (flavours, arm64Image, imageId) => {
    const situation = on({}, { flavours });
    const stage = arm64Image === undefined ? situation.stage : { ...situation.stage, arm64Image };
    const [launch] = planLaunches(
      { residual: [narrow(1)], later: [] },
      { ...situation, stage },
      PLENTY,
    ).launches;
    expect(launch?.request.overrides.map((override) => override.imageId)).toEqual([imageId, imageId]);
  });

  it('of any type offers the eight cheapest of one size, in every place', () => {
    const [launch] = plan([narrow(5)], { knobs: { flavours: 'any(2-8c)' } }).launches;
    expect(launch?.request.count).toBe(3);
    expect(launch?.request.overrides).toHaveLength(8 * STAGE.placements.length);
    expect(new Set(launch?.request.overrides.map(({ flavour }) => flavour.split('.')[1]))).toEqual(
      new Set(['large']),
    );
    expect(launch?.offers).toMatchObject({ cpus: 2, memoryMb: 7500 });
  });

  it.each([
    [{}, undefined],
    [{ 'capacity-reservations': 'first' }, true],
    [{ 'capacity-reservations': 'first', market: 'spot' }, undefined],
  ] as const)('under %o has reservations first: %s', (knobs, expected) => {
    expect(plan([narrow(1)], { knobs }).launches[0]?.request.reservationsFirst).toBe(expected);
  });

  it('is kept below the workers that are left, and the cores that are left', () => {
    expect(launched([narrow(100)], { left: { workers: 7, cores: 1000 } })).toEqual(['7 m6i.large']);
    expect(launched([narrow(100)], { left: { workers: 70, cores: 9 } })).toEqual(['4 m6i.large']);
    expect(launched([narrow(100)], { left: { workers: 0, cores: 9 } })).toEqual([]);
  });

  it.each([
    [true, ['m6i.large']],
    [undefined, ['m6i.large', 'm7i.large']],
  ])('is of the cheapest alone only where money is short: %s', (onlyCheapest, flavours) => {
    const knobs = { flavours: 'm6i.large, m7i.large', prices: 'm6i.large=0.1, m7i.large=0.2' };
    const left = { ...PLENTY, ...(onlyCheapest === undefined ? {} : { onlyCheapest }) };
    const [launch] = plan([narrow(1)], { knobs, left }).launches;
    expect([...new Set(launch?.request.overrides.map(({ flavour }) => flavour))]).toEqual(flavours);
  });

  it('takes of the instances that EC2 will start now what wider ones leave', () => {
    const waiting = [threeCores(4), narrow(12)];
    const startable = (launchTokens: number) =>
      planLaunches({ residual: waiting, later: [] }, on({ launchTokens }), PLENTY).launches.map(
        ({ request }) => `${request.count} ${request.overrides[0]?.flavour}`,
      );
    expect(startable(1000)).toEqual(['2 m6i.2xlarge', '4 m6i.large']);
    expect(startable(3)).toEqual(['2 m6i.2xlarge', '1 m6i.2xlarge']);
  });

  it('says how many workers are kept back', () => {
    expect(plan([narrow(100)], { left: { workers: 7, cores: 1000 } }).why).toEqual([
      { kind: 'launch', workers: 7, flavours: ['m6i.large'], market: 'on-demand' },
      { kind: 'capped-by-fleet', workers: 43 },
    ]);
  });

  it('gives the next worker to the width that has the fewest cores, where not all can have theirs', () => {
    expect(launched([narrow(100), wide(2)], { left: { workers: 3, cores: 1000 } })).toEqual([
      '1 m6i.2xlarge',
      '2 m6i.large',
    ]);
  });

  it('does not let narrow pilots wait for room on a wide worker that is not allowed', () => {
    expect(launched([threeCores(1), narrow(4)], { left: { workers: 9, cores: 7 } })).toEqual(['2 m6i.large']);
  });

  it.each([
    [
      'fit on none of the flavours',
      [of({ ...WIDE, cpus: 64 }, 2)],
      [],
      { kind: 'fits-no-flavour', pilots: 2, cpus: 64, memoryMb: 16_000, lack: { knob: 'cpus' } },
    ],
    [
      'find every offer cooling',
      [wide(2)],
      STAGE.placements.map(({ zone }) => `m6i.2xlarge/${zone}/on-demand`),
      { kind: 'offers-cooling', pilots: 2, cpus: 8, memoryMb: 16_000 },
    ],
  ])('is not made for pilots that %s, and the others get theirs', (_, waiting, refused, why) => {
    const planned = plan([...waiting, narrow(2)], { refused });
    expect(planned.launches.map(({ request }) => request.count)).toEqual([1]);
    expect(planned.why).toMatchObject([{ kind: 'launch' }, why]);
  });

  it('are the wide ones’ at first where widths contend for the cap, and only theirs', () => {
    const firstWidths = (workers: number) =>
      plan([wide(5), narrow(40)], { left: { ...PLENTY, workers } }).launches.map(
        ({ request }) => request.firstWidth,
      );
    expect(firstWidths(6)).toEqual([8, undefined]);
    expect(firstWidths(600)).toEqual([undefined, undefined]);
  });

  it('say how many of their jobs begin anew because spot machines were taken back', () => {
    const { why } = plan([{ ...narrow(3), onDemand: true }, narrow(2)]);
    expect(why.filter(({ kind }) => kind === 'jobs-restarting')).toEqual([
      { kind: 'jobs-restarting', jobs: 3 },
    ]);
    expect(plan([narrow(2)]).why.map(({ kind }) => kind)).not.toContain('jobs-restarting');
  });

  it('is frozen: what EC2 is asked, with its token, its places and its tags', () => {
    const [first, second] = plan([wide(1), narrow(2)]).launches;
    expect(first?.request).toEqual({
      launchId: `default.${NOW}.0`,
      fleet: 'default',
      meantFor: '8c-16000m-10000d-0g',
      clientToken: expect.stringMatching(new RegExp(`^aerie-[0-9a-f]{16}-${NOW}-0$`)),
      template: { id: 'lt-0a1b', version: '3' },
      market: 'on-demand',
      count: 1,
      overrides: [
        { flavour: 'm6i.2xlarge', subnetId: 'subnet-a', zone: 'us-east-1a' },
        { flavour: 'm6i.2xlarge', subnetId: 'subnet-b', zone: 'us-east-1b' },
      ],
      tags: {
        'aerie:stage': 'lab',
        'aerie:fleet': 'default',
        'aerie:launch': `default.${NOW}.0`,
        'aerie:linger-seconds': '180',
        'aerie:linger-after-job-seconds': '30',
        'aerie:max-life-seconds': '604800',
        'aerie:job-wall-seconds': '86400',
        'aerie:promised': '8c,30601m,100000d,0g',
      },
    });
    expect(second?.request.launchId).toBe(`default.${NOW}.1`);
    const [draining] = plan([wide(1)], { knobs: { rebalance: 'drain' } }).launches;
    expect(draining?.request.tags).toEqual({ ...first?.request.tags, 'aerie:rebalance': 'drain' });
    expect(second?.offers).toEqual({ cpus: 2, memoryMb: 7500, diskMb: 100_000, gpus: 0 });
  });
});

const TYPES = ['m6i.large', 'm6i.large(2c,8192m)', 'm6a.large', 'm5.large', 'm6i.2xlarge', 'm6i.2xlarge'];

describe('a request', () => {
  it('has no pool twice, whatever the flavours, the pilots and what EC2 refused before', () => {
    const key = fc.constantFrom(...TYPES.map((type) => `${type.split('(')[0]}/us-east-1a/on-demand`));
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...TYPES), { minLength: 1 }),
        fc.array(fc.constantFrom(narrow(3), wide(2), threeCores(4))),
        fc.array(key),
        (flavours, waiting, refused) => {
          const { launches } = plan(waiting, { knobs: { flavours: flavours.join(', ') }, refused });
          for (const { request } of launches) {
            const pools = request.overrides.map(({ flavour, zone }) => `${flavour} ${zone}`);
            expect(pools).toEqual([...new Set(pools)]);
          }
        },
      ),
    );
  });

  it('of suspects asks for the smallest set of them alone, and says so', () => {
    const suspects = new Map([
      ['m6i.large/us-east-1a/on-demand', 1],
      ['m6i.large/us-east-1b/on-demand', 0],
    ]);
    const { launches, why } = planLaunches({ residual: [narrow(5)], later: [] }, on({ suspects }), PLENTY);
    expect(launches).toMatchObject([{ halvings: 1, request: { overrides: [{ zone: 'us-east-1a' }] } }]);
    expect(launches[0]?.request.overrides).toHaveLength(1);
    expect(why).toEqual([
      { kind: 'launch', workers: 3, flavours: ['m6i.large'], market: 'on-demand', trialOffers: 1 },
    ]);
  });

  it('is none where EC2 has no type in any zone, and how many pilots that concerns is told', () => {
    const keys = ['us-east-1a', 'us-east-1b'].map((zone) => `m6i.large/${zone}/on-demand`);
    const cooling = new Set(keys);
    const knobs = { flavours: 'm6i.large' };
    const planned = planLaunches(
      { residual: [narrow(5)], later: [] },
      on({ cooling, unsupported: cooling }, knobs),
      PLENTY,
    );
    expect(planned).toMatchObject({ launches: [], unsupported: 5 });
    expect(planned.why).toEqual([{ kind: 'offers-unsupported', pilots: 5, cpus: 1, memoryMb: 2000 }]);
    const [one = ''] = keys;
    const partly = planLaunches(
      { residual: [narrow(5)], later: [] },
      on({ cooling, unsupported: new Set([one]) }, knobs),
      PLENTY,
    );
    expect(partly).toMatchObject({ launches: [], unsupported: 0 });
  });
});
