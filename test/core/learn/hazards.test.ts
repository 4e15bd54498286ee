import { describe, expect, it } from 'vitest';
import { hazards, withExposed } from '../../../core/learn/hazards.ts';
import { NO_ACCOUNT } from '../../../core/model/account.ts';
import type { WorkerRecord } from '../../../core/model/worker.ts';
import { inLedger, JOINED, NOW } from '../worlds.ts';

const HOUR = 3600;
const TWO_WEEKS = 14 * 24 * HOUR;
const POOL = 'm6i.large/us-east-1a';

const cost = { dollarsPerHour: 1, endsBy: NOW + HOUR };

const spot = (id: string, given: Partial<WorkerRecord> = {}) => ({
  ...inLedger(id, JOINED, { offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'spot' }, ...given }),
  cost,
});

const RECLAIMED = { kind: 'draining', since: NOW - 60, cause: { kind: 'spot-interruption' } } as const;

describe('what is remembered of a spot pool', () => {
  it('are the hours that its machines ran and how many were taken back', () => {
    const ended = [
      { worker: spot('i-1', { launchedAt: NOW - 2 * HOUR }), endedAt: NOW },
      { worker: spot('i-2', { launchedAt: NOW - 3 * HOUR, state: RECLAIMED }), endedAt: NOW },
    ];
    expect(withExposed({}, ended)).toEqual({ [POOL]: { hours: 5, reclaims: 1, at: NOW } });
  });

  it('are no machines on demand', () => {
    expect(withExposed({}, [{ worker: { ...inLedger('i-1', JOINED), cost }, endedAt: NOW }])).toEqual({});
  });

  it('is not less than nothing, whatever the clocks say', () => {
    expect(withExposed({}, [{ worker: spot('i-1', { launchedAt: NOW + 60 }), endedAt: NOW }])).toEqual({
      [POOL]: { hours: 0, reclaims: 0, at: NOW },
    });
  });

  it.each([
    ['what was seen two weeks before weighs half', NOW - TWO_WEEKS, NOW, { hours: 6, reclaims: 1, at: NOW }],
    [
      'the older of two weighs half, though it is told later',
      NOW,
      NOW - TWO_WEEKS,
      { hours: 11, reclaims: 2, at: NOW },
    ],
  ])('comes to one as of the later moment: %s', (_, before, endedAt, expected) => {
    const ended = [{ worker: spot('i-1', { launchedAt: endedAt - 2 * HOUR }), endedAt }];
    // 10 hours and 2 reclaims before, 2 hours and none now.
    const after = withExposed({ [POOL]: { hours: before === NOW ? 10 : 8, reclaims: 2, at: before } }, ended);
    expect(after[POOL]).toEqual(expected);
  });
});

describe('the hazard of a spot pool', () => {
  it('is one reclaim in 20 hours where nothing is known', () => {
    expect(hazards([], [], NOW)('m6i.large', 'us-east-1a')).toBe(1 / 20);
  });

  it('is what all accounts and living machines have seen, beside that', () => {
    const account = (hours: number) => ({
      ...NO_ACCOUNT('default'),
      pools: { [POOL]: { hours, reclaims: 1, at: NOW } },
    });
    const living = [
      spot('i-1', { launchedAt: NOW - 4 * HOUR }),
      spot('i-2', { launchedAt: NOW - HOUR, state: RECLAIMED }),
    ];
    const of = hazards([account(10), account(5)], living, NOW);
    expect(of('m6i.large', 'us-east-1a')).toBeCloseTo((1 + 2 + 1) / (20 + 15 + 5), 12);
    expect(of('m6i.large', 'us-east-1b')).toBe(1 / 20);
  });
});
