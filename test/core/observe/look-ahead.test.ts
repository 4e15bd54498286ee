import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planWorkers } from '../planning.ts';
import {
  type Given,
  inLedger,
  inPool,
  JOINED,
  NARROW,
  NOW,
  only,
  pilots,
  STAGE,
  WIDE,
  workerWorld,
} from '../worlds.ts';

type Landing = NonNullable<Given['landings']>['landings'][number];

const lands = (...landings: readonly (Partial<Landing> & { readonly in: number })[]): Given => ({
  knobs: { 'look-ahead': 'known', 'max-workers': '100', 'max-asleep': '0' },
  landings: {
    complete: true,
    landings: landings.map(({ in: seconds, ...of }) => ({
      queue: 'BNL',
      at: NOW + seconds,
      count: 2,
      ...of,
    })),
  },
});
const plan = (given: Given) => only(planWorkers(workerWorld(given)));
const planned = (given: Given): string => {
  const decision = plan(given);
  if (decision.kind !== 'act') return decision.kind;
  return decision.launches
    .map(({ request }) => `${request.count} ${request.overrides[0]?.flavour}`)
    .join(', ');
};
const ID = 'i-00000001';
const booting = [inLedger(ID, { kind: 'booting' }, { launchedAt: NOW - 60 })];
const slow = {
  template: STAGE.template,
  flavour: 'm6i.large',
  took: Array.from({ length: 20 }, () => 400),
  launchedAt: NOW,
};

describe('jobs whose landing is known', () => {
  it.each<readonly [string, Given, string]>([
    ['get a worker before they are ready', lands({ in: 200 }), '1 m6i.large'],
    ['of a shape of their own, one that fits', lands({ in: 200, shape: WIDE, count: 1 }), '1 m6i.2xlarge'],
    ['get a worker if it comes just when they are ready', lands({ in: 300 }), '1 m6i.large'],
    ['get none if a worker launched now would come long before them', lands({ in: 301 }), 'rest'],
    [
      'get one earlier where boots are known to be slow',
      { ...lands({ in: 500 }), joins: [slow] },
      '1 m6i.large',
    ],
    ['are in the counts already once they have landed', lands({ in: -10 }), 'rest'],
    ['are those of their own queue', lands({ in: 200, queue: 'CERN' }), 'rest'],
    [
      'use what is free on a joined worker',
      { ...lands({ in: 200 }), workers: [inLedger(ID, JOINED)], pool: [inPool(ID)] },
      'rest',
    ],
    ['use a booting one: no second launch', { ...lands({ in: 200 }), workers: booting }, 'rest'],
    [
      'come after pilots that wait',
      { ...lands({ in: 200 }), activated: 2, pilots: pilots({ idle: 2 }), workers: booting },
      '1 m6i.large',
    ],
    [
      'share a worker with pilots that wait',
      { ...lands({ in: 200, count: 1, shape: NARROW }), activated: 1, pilots: pilots({ idle: 1 }) },
      '1 m6i.large',
    ],
    ['get none where the queue does not look ahead', { ...lands({ in: 200 }), knobs: {} }, 'rest'],
    [
      'get none where the queue is paused',
      { ...lands({ in: 200 }), knobs: { state: 'paused', 'look-ahead': 'known' } },
      'rest',
    ],
    ['get none where PanDA has the site offline', { ...lands({ in: 200 }), status: 'offline' }, 'rest'],
    [
      'get none where what is said of them is not whole',
      {
        ...lands({ in: 200 }),
        landings: { complete: false, why: 'old', landings: [{ queue: 'BNL', at: NOW + 200, count: 2 }] },
      },
      'rest',
    ],
  ])('%s', (_, given, expected) => {
    expect(planned(given)).toBe(expected);
  });

  it('are told of', () => {
    expect(plan({ ...lands({ in: 200, count: 5 }), workers: booting }).why).toContainEqual({
      kind: 'jobs-landing',
      jobs: 5,
      unplaced: 3,
    });
  });

  it('are not missed silently', () => {
    const given: Given = { knobs: { 'look-ahead': 'known' }, activated: 2, pilots: pilots({ idle: 2 }) };
    expect(plan(given).why).toContainEqual({ kind: 'landings-untold' });
  });

  it('are not taken for jobs that wait without a worker', () => {
    expect(plan(lands({ in: 200 })).counts).toMatchObject({ jobsUnplaced: 0, pilotsWithJobs: 0 });
  });

  it('never lead past the cap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 500 }), (most, count) => {
        const decision = plan({
          ...lands({ in: 200, count }),
          knobs: { 'look-ahead': 'known', 'max-workers': String(most), 'max-launch-per-tick': '1000' },
        });
        const launched = decision.kind === 'act' ? decision.launches.map(({ request }) => request.count) : [];
        expect(launched.reduce((n, of) => n + of, 0)).toBeLessThanOrEqual(most);
      }),
    );
  });
});

describe('activated jobs', () => {
  it('count as soon as their pilots are submitted, before the pool shows one of them', () => {
    const submissions = [{ requestId: 'BNL.1', queue: 'BNL', count: 4, shape: NARROW, viewedAt: NOW - 10 }];
    expect(planned({ activated: 4, submissions })).toBe('2 m6i.large');
  });
});
