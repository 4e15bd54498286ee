import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../../../core/model/snapshot.ts';
import { planPilots, planWorkers } from '../../planning.ts';
import {
  type Given,
  NOW,
  only,
  pilots,
  pilotWorld,
  poolView,
  queue,
  submission,
  workerWorld,
} from '../../worlds.ts';

/** Two pilots fit on the worker that is launched for them. */
const workersFor = (given: Given): number => {
  const decision = only(planWorkers(workerWorld(given)));
  return decision.kind === 'act' ? decision.launches.reduce((n, { request }) => n + request.count, 0) : 0;
};

const ended = (count: number, short: number) => ({ ended: { count, short, shortSeconds: 300 } });

describe('pilots without a job get a machine if the chain asks for them', () => {
  it.each<readonly [string, Given, number]>([
    [
      'the test pilots of a site in test',
      { status: 'test', pilots: pilots({ idle: 2 }), knobs: { chain: 'Ready, StatusTest(2)' } },
      1,
    ],
    ['a MinPending', { pilots: pilots({ idle: 4 }), knobs: { chain: 'Ready, MinPending(4)' } }, 2],
    ['a Fixed', { pilots: pilots({ idle: 4 }), knobs: { chain: 'Fixed(4)' } }, 2],
    ['a MinPerCycle', { pilots: pilots({ idle: 4 }), knobs: { chain: 'Ready, MinPerCycle(4)' } }, 2],
    ['an offset below 0', { activated: 1, pilots: pilots({ idle: 4 }), knobs: { chain: 'Ready(-3)' } }, 2],
    [
      'two pilots for a job',
      { activated: 2, pilots: pilots({ idle: 4 }), knobs: { chain: 'Ready, Scale(2)' } },
      2,
    ],
    [
      'pilots to keep running',
      { pilots: pilots({ idle: 2, running: 2 }), knobs: { chain: 'KeepNRunning(4)' } },
      1,
    ],
    [
      'pilots of a life budget, which it would not submit again',
      { pilotsEver: 4, pilots: pilots({ idle: 4 }), knobs: { chain: 'Fixed(4), KeepNQueueLife()' } },
      2,
    ],
    ['those just submitted', { submissions: [submission(4, NOW)], knobs: { chain: 'Fixed(4)' } }, 2],
    [
      'up to a cap of the whole factory, which they fill',
      { pilots: pilots({ idle: 4 }), knobs: { chain: 'Fixed(4), MaxPerFactory(4)' } },
      2,
    ],
  ])('%s', (_, given, workers) => {
    expect(workersFor(given)).toBe(workers);
  });

  it.each<readonly [string, Given]>([
    ['the jobs are gone', { pilots: pilots({ idle: 4 }) }],
    ['the test is over', { pilots: pilots({ idle: 4 }), knobs: { chain: 'Ready, StatusTest(2)' } }],
    [
      'the site takes no pilots',
      { status: 'standby', pilots: pilots({ idle: 4 }), knobs: { chain: 'Ready, MinPending(4)' } },
    ],
    [
      'nobody knows whether it does',
      { status: 'weird', pilots: pilots({ idle: 4 }), knobs: { chain: 'Ready, MinPending(4)' } },
    ],
    ['the queue is paused', { pilots: pilots({ idle: 4 }), knobs: { chain: 'Fixed(4)', state: 'paused' } }],
  ])('and those that are left over do not: %s', (_, given) => {
    expect(workersFor(given)).toBe(0);
  });

  it('and not if the chain has no answer', () => {
    const world = workerWorld({ pilots: pilots({ idle: 4 }), knobs: { chain: 'Fixed(4), StatusTest(2)' } });
    expect(planWorkers({ ...world, sites: unknown('HTTP 500') })).toMatchObject([{ kind: 'rest' }]);
  });

  it('and not if what it counts cannot be read in the ledger', () => {
    const world = workerWorld({ activated: 2, pilots: pilots({ idle: 4 }), knobs: { chain: 'Fixed(4)' } });
    const unread = [{ key: 'queue#BNL', whose: 'BNL', why: 'is of version 2' }];
    expect(planWorkers({ ...world, ledger: { ...world.ledger, unread } })).toMatchObject([
      { kind: 'act', launches: [{ request: { count: 1 } }], counts: { pilotsWithJobs: 2 } },
    ]);
  });
});

describe('as many as the chain submits in one cycle', () => {
  it.each<readonly [string, Given, number]>([
    ['however many wait', { pilots: pilots({ idle: 50 }), knobs: { chain: 'Fixed(4)' } }, 2],
    [
      'those that run without a job count',
      { pilots: pilots({ idle: 4, running: 2 }), knobs: { chain: 'Fixed(4)' } },
      1,
    ],
    [
      'and those with a job do not',
      { onPilots: 2, pilots: pilots({ idle: 4, running: 2 }), knobs: { chain: 'Fixed(4)' } },
      2,
    ],
    [
      'held ones keep their place in the chain',
      { pilots: pilots({ idle: 4, held: 2 }), knobs: { chain: 'Ready, MinPending(4)' } },
      1,
    ],
    [
      'jobs come first',
      { activated: 2, pilots: pilots({ idle: 4 }), knobs: { chain: 'Ready, MinPending(4)' } },
      2,
    ],
    [
      'one at a time while they come back with empty hands',
      { pilots: pilots({ idle: 9 }, ended(20, 20)), knobs: { chain: 'Fixed(9)' } },
      1,
    ],
    [
      "within the fleet's caps",
      { pilots: pilots({ idle: 50 }), knobs: { chain: 'Fixed(50)', 'max-workers': '3' } },
      3,
    ],
  ])('%s', (_, given, workers) => {
    expect(workersFor(given)).toBe(workers);
  });

  it('pilots of other queues fill a cap of the whole factory', () => {
    const chain = 'Fixed(4), MaxPerFactory(6)';
    const world = {
      ...workerWorld(),
      queues: [queue({ chain }, 'A'), queue({ chain }, 'B')],
      panda: known({ B: { SCORE: { managed: { running: 4 } } } }, NOW),
      sites: known({ A: { status: 'online' }, B: { status: 'online' } }, NOW),
      pool: known(
        poolView([pilots({ idle: 4 }, { queue: 'A' }), pilots({ running: 4 }, { queue: 'B' })]),
        NOW,
      ),
    };
    expect(planWorkers(world)).toMatchObject([
      {
        fleet: 'default',
        kind: 'act',
        launches: [{ request: { count: 1 } }],
        counts: { pilotsWithoutJobs: 2 },
      },
    ]);
  });

  it('is told beside those that have a job', () => {
    const given: Given = {
      activated: 1,
      pilots: pilots({ idle: 9 }),
      knobs: { chain: 'Ready, MinPending(4)' },
    };
    expect(planWorkers(workerWorld(given))).toMatchObject([
      {
        why: [
          { kind: 'jobs-waiting', pilots: 4, plainJobs: 0, onJoined: 0, onBooting: 0 },
          { kind: 'pilots-asked-for', pilots: 3 },
          { kind: 'launch', workers: 2 },
        ],
        counts: { pilotsWithJobs: 1, pilotsWithoutJobs: 3, jobsUnplaced: 4 },
      },
    ]);
  });

  it('are those that the other queue does not remove', () => {
    const given: Given = { pilots: pilots({ idle: 9 }), knobs: { chain: 'Ready, MinPending(4)' } };
    expect(planPilots(pilotWorld(given))).toMatchObject([{ kind: 'remove', count: 5, leave: 4 }]);
    expect(workersFor(given)).toBe(2);
  });
});
