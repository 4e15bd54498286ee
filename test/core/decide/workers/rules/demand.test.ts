import { describe, expect, it } from 'vitest';
import { demandOn, unplacedIn } from '../../../../../core/decide/workers/rules/demand.ts';
import type { Waiters } from '../../../../../core/observe/demand.ts';
import type { Fleet } from '../../../../../core/observe/fleet.ts';
import { situationIn } from '../../../planning.ts';
import { inLedger, inPool, JOINED, NARROW, NOW, openLaunch, workerWorld } from '../../../worlds.ts';

const jobs = (count: number, given: Partial<Waiters> = {}): Waiters => ({
  ...{ shape: NARROW, wallSeconds: 3600, count, queue: 'A' },
  ...given,
});
const NOBODY: Fleet = { members: [], strangers: [], launches: [] };

const demand = (
  waiting: readonly Waiters[],
  fleet: Partial<Fleet> = {},
  landing: readonly Waiters[] = [],
) => {
  const situation = situationIn(workerWorld());
  const wanted = { ...situation.wanted, waiting, landing, landingLater: landing };
  const of = { ...situation, wanted };
  return { ...demandOn(of, { ...NOBODY, ...fleet }), unplaced: unplacedIn(of, { ...NOBODY, ...fleet }) };
};

const open = openLaunch(1);

describe('jobs on the workers of a fleet', () => {
  it('are placed on those that are there, then on those on their way; the others are left', () => {
    const members = [
      { record: inLedger('i-1', JOINED), pool: inPool('i-1') },
      { record: inLedger('i-2', { kind: 'booting' }, { launchedAt: NOW - 60 }), pool: undefined },
    ];
    expect(demand([jobs(7)], { members })).toMatchObject({
      ...{ pilots: 7, onJoined: 2, onBooting: 2, unplaced: 3 },
      residual: [{ count: 3 }],
    });
  });

  it('count as pilots of their queue or as plain jobs', () => {
    const { queue: _, ...plain } = jobs(2);
    expect(demand([jobs(5), plain])).toMatchObject({ pilots: 5, plainJobs: 2, unplaced: 7 });
  });

  it('that land are placed on what those that wait leave free, and counted by themselves', () => {
    const members = [{ record: inLedger('i-1', JOINED), pool: inPool('i-1') }];
    expect(demand([jobs(1)], { members }, [jobs(3)])).toMatchObject({
      ...{ pilots: 1, onJoined: 1, landing: 6, landingUnplaced: 5, unplaced: 0 },
      ...{ residual: [{ count: 2 }], later: [{ count: 3 }] },
    });
  });

  it.each<readonly [string, Partial<Fleet>, number]>([
    [
      'is there',
      {
        members: [
          { record: inLedger('i-1', JOINED, { onlyQueue: 'B' }), pool: inPool('i-1', { queue: 'B' }) },
        ],
      },
      0,
    ],
    ['is there and not in the ledger', { strangers: [inPool('i-1', { queue: 'B' })] }, 0],
    ['is being launched', { launches: [{ ...open, request: { ...open.request, onlyQueue: 'B' } }] }, 1],
  ])(
    'are told apart by their queue where a worker of one queue only %s; new workers are nobody’s',
    (_, fleet, booting) => {
      const { onJoined, onBooting, residual } = demand([jobs(9), jobs(9, { queue: 'B' })], fleet);
      expect(booting === 1 ? [onJoined, onBooting] : [onBooting, onJoined]).toEqual([0, 2]);
      expect(residual).toEqual([{ shape: NARROW, wallSeconds: 3600, count: 16 }]);
    },
  );

  it('that nobody waits for come to nothing', () => {
    expect(demand([])).toMatchObject({ pilots: 0, onJoined: 0, residual: [], unplaced: 0 });
  });
});
