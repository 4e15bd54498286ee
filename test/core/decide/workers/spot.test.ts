import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountsOf, withEnded } from '../../../../core/learn/accounts.ts';
import { hazards, isSpotCheaper, workMultiplier } from '../../../../core/learn/hazards.ts';
import type { WorkerRecord } from '../../../../core/model/worker.ts';
import { planWorkers } from '../../planning.ts';
import { inLedger, JOINED, NOW, only, pilots, STAGE, workerWorld } from '../../worlds.ts';

const HOUR = 3600;
const SPOT = { flavour: 'm6i.large', zone: 'us-east-1a', market: 'spot' } as const;
const RECLAIMED = { kind: 'draining', since: NOW, cause: { kind: 'spot-interruption' } } as const;

const spotWorker = (id: string, hours: number, given: Partial<WorkerRecord> = {}): WorkerRecord =>
  inLedger(id, JOINED, { offer: SPOT, launchedAt: NOW - hours * HOUR, ...given });

const over = (id: string, hours: number, given: Partial<WorkerRecord> = {}) => ({
  worker: { ...spotWorker(id, hours, given), cost: { dollarsPerHour: 1, endsBy: NOW } },
  endedAt: NOW,
});

describe('what an interruption costs', () => {
  it.each([
    [0.05, 1, 1.0254],
    [0.05, 10, 1.2974],
    [0.05, 36, 2.8054],
    [0.2, 10, 3.1945],
    [0, 100, 1],
  ])('at %f an hour a job of %d hours is worked on %f times', (hazard, hours, expected) => {
    expect(workMultiplier(hazard, hours)).toBeCloseTo(expected, 3);
  });

  it('makes spot at 35 percent the dearer choice from a hazard times length of 1.8 on', () => {
    const prices = { spot: 0.35, onDemand: 1 };
    expect(isSpotCheaper(prices, 0.05, 1.7 / 0.05)).toBe(true);
    expect(isSpotCheaper(prices, 0.05, 1.9 / 0.05)).toBe(false);
  });

  it('only grows with hazard and length', () => {
    const positive = fc.double({ min: 1e-6, max: 5, noNaN: true });
    fc.assert(
      fc.property(positive, positive, positive, (hazard, hours, more) => {
        expect(workMultiplier(hazard, hours + more)).toBeGreaterThanOrEqual(workMultiplier(hazard, hours));
        expect(workMultiplier(hazard + more, hours)).toBeGreaterThanOrEqual(workMultiplier(hazard, hours));
      }),
    );
  });
});

describe('the hazard of a pool', () => {
  const of = (...parts: Parameters<typeof hazards>) => hazards(...parts)('m6i.large', 'us-east-1a');

  it('is one in 20 hours where nothing is known', () => {
    expect(of([], [], NOW)).toBeCloseTo(0.05, 9);
  });

  it('falls with hours that nothing happens in, also those of workers that still live', () => {
    expect(of([], [spotWorker('i-1', 80)], NOW)).toBeCloseTo(1 / 100, 9);
    const account = withEnded(accountsOf('default', []), [over('i-1', 80)]);
    expect(of([account], [], NOW)).toBeCloseTo(1 / 100, 9);
  });

  it('rises with reclaims, is that of the pool, and on-demand says nothing of it', () => {
    const account = withEnded(accountsOf('default', []), [
      over('i-1', 10, { state: RECLAIMED }),
      over('i-2', 10, { state: RECLAIMED }),
      over('i-3', 1000, { offer: { ...SPOT, market: 'on-demand' } }),
    ]);
    expect(of([account], [], NOW)).toBeCloseTo(3 / 40, 9);
    expect(hazards([account], [], NOW)('m6i.large', 'us-east-1b')).toBeCloseTo(0.05, 9);
    const alive = spotWorker('i-4', 1000, { offer: { ...SPOT, market: 'on-demand' } });
    expect(of([account], [alive], NOW)).toBeCloseTo(3 / 40, 9);
  });

  it('adds up over fleets, and is forgotten by half in two weeks', () => {
    const accounts = ['A', 'B'].map((fleet) =>
      withEnded(accountsOf(fleet, []), [over(`i-${fleet}`, 10, { state: RECLAIMED })]),
    );
    expect(of(accounts, [], NOW)).toBeCloseTo(3 / 40, 9);
    expect(of(accounts, [], NOW + 14 * 86_400)).toBeCloseTo(2 / 30, 9);
  });
});

describe('a fleet that takes spot if it is cheaper', () => {
  const marketsOf = (minutes: number, workers: readonly WorkerRecord[] = []) => {
    const world = workerWorld({
      activated: 20,
      pilots: pilots({ idle: 20 }),
      workers,
      knobs: {
        market: 'spot-if-cheaper',
        'max-workers': '100',
        flavours: 'm6i.large',
        'dollars-per-core-hour': '0.05',
        'spot-price-percent': '35',
        'worker-overhead-percent': '0',
        'expected-job-minutes': String(minutes),
        'pilot-wall-seconds': '3600',
      },
    });
    const decision = only(planWorkers(world));
    const launches = decision.kind === 'act' ? decision.launches : [];
    return launches.map(
      ({ request }) => [request.market, request.overrides.map(({ zone }) => zone)] as const,
    );
  };
  const zones = STAGE.placements.map(({ zone }) => zone);

  it('takes it for short jobs, and on-demand for long ones', () => {
    expect(marketsOf(60)).toEqual([['spot', zones]]);
    expect(marketsOf(48 * 60)).toEqual([['on-demand', zones]]);
  });

  it('takes it for long jobs too in the pools that are calm', () => {
    const calm = Array.from({ length: 40 }, (_, n) =>
      spotWorker(`i-${n}`, 100, { state: { kind: 'retiring', since: NOW, cause: { kind: 'drained' } } }),
    );
    expect(marketsOf(48 * 60, calm)).toEqual([['spot', ['us-east-1a']]]);
  });
});
