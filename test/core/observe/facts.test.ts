import { describe, expect, it } from 'vitest';
import type { PoolView } from '../../../core/model/pool.ts';
import type { Reason } from '../../../core/model/reason.ts';
import { fresh, known, unknown } from '../../../core/model/snapshot.ts';
import { establish, type Observed } from '../../../core/observe/facts.ts';
import { planPilots, planWorkers } from '../planning.ts';
import { busy, inLedger, JOINED, NOW, only, pilots, pilotWorld, poolView, workerWorld } from '../worlds.ts';

const JOBS = { BNL: { SCORE: { managed: { activated: 100, running: 0 } } } };
const seen = (given: Partial<PoolView>) => known(poolView([pilots({ idle: 50 })], [], given), NOW - 10);
const running = (count: number) => ({ CERN: { MCORE: { managed: { running: count } } } });

interface Doubt {
  readonly given: Partial<Observed>;
  readonly why: Reason;
}

/** Why nothing is known of PanDA's jobs. */
const JOBS_UNKNOWN: readonly Doubt[] = [
  {
    given: { panda: unknown('HTTP 503') },
    why: { kind: 'source-unknown', source: 'panda', words: 'HTTP 503' },
  },
  {
    given: { panda: known(JOBS, NOW - 361) },
    why: { kind: 'source-stale', source: 'panda', ageSeconds: 361, limitSeconds: 360 },
  },
  {
    given: { panda: known(JOBS, NOW + 61) },
    why: { kind: 'source-ahead', source: 'panda', aheadSeconds: 61 },
  },
  {
    given: { panda: known(running(1800), NOW), pandaBefore: running(1000) },
    why: { kind: 'running-jumped', runningBefore: 1000, runningNow: 1800 },
  },
];

/** What is wrong with the pool, without which nothing may be done, and the reason that it becomes. */
const DOUBTS: readonly Doubt[] = [
  { given: { pool: unknown('refused') }, why: { kind: 'source-unknown', source: 'pool', words: 'refused' } },
  {
    given: { pool: known(poolView([]), NOW - 361) },
    why: { kind: 'source-stale', source: 'pool', ageSeconds: 361, limitSeconds: 360 },
  },
  {
    given: { pool: known(poolView([]), NOW + 61) },
    why: { kind: 'source-ahead', source: 'pool', aheadSeconds: 61 },
  },
  {
    given: { pool: seen({ pilots: { complete: false, why: 'condor_q timed out', queues: [] } }) },
    why: { kind: 'pool-incomplete', part: 'pilots', words: 'condor_q timed out' },
  },
  {
    given: { pool: seen({ workers: { complete: false, workers: [] } }) },
    why: { kind: 'pool-incomplete', part: 'workers' },
  },
  {
    given: { pool: seen({ collectorStartedAt: NOW - 9 }) },
    why: { kind: 'collector-ahead' },
  },
];

describe.each(DOUBTS)('where $why', ({ given, why }) => {
  it('pilots are held', () => {
    expect(planPilots({ ...pilotWorld({ activated: 100 }), ...given })).toEqual([
      { kind: 'hold', queue: 'BNL', at: NOW, why: [why], counts: {} },
    ]);
  });

  it('workers are held', () => {
    const world = workerWorld({
      activated: 100,
      workers: [inLedger('i-00000009', JOINED, { launchedAt: 0 })],
    });
    expect(planWorkers({ ...world, ...given })).toEqual([
      { kind: 'hold', fleet: 'default', at: NOW, why: [why], counts: {} },
    ]);
  });
});

describe.each(JOBS_UNKNOWN)('where $why', ({ given, why }) => {
  it('pilots are held', () => {
    expect(planPilots({ ...pilotWorld({ activated: 100 }), ...given })).toEqual([
      { kind: 'hold', queue: 'BNL', at: NOW, why: [why], counts: {} },
    ]);
  });

  it('workers are not: nothing is launched for pilots, and the reason is told', () => {
    const old = inLedger('i-00000009', JOINED, { launchedAt: 0 });
    const world = workerWorld({
      ...{ activated: 100, pilots: pilots({ idle: 50 }), workers: [old] },
      pool: [busy('i-00000009')],
    });
    expect(planWorkers(world)).toMatchObject([{ launches: [{}], retirements: [{ step: 'drain' }] }]);
    const decision = only(planWorkers({ ...world, ...given }));
    expect(decision).toMatchObject({
      ...{ kind: 'act', launches: [], retirements: [{ instanceId: 'i-00000009', step: 'drain' }] },
      counts: { pilotsWithJobs: 0, jobsUnplaced: 0, workersLive: 1 },
    });
    expect(decision.why).toContainEqual(why);
  });
});

describe('facts', () => {
  it.each<readonly [string, Partial<Observed>]>([
    ['PanDA as old as may be', { panda: known(JOBS, NOW - 360) }],
    ['a pool as old as may be', { pool: known(poolView([]), NOW - 360) }],
    ['a clock that is a minute ahead', { pool: known(poolView([]), NOW + 60) }],
    ['running jobs that grew by less', { panda: known(running(1799), NOW), pandaBefore: running(1000) }],
    ['running jobs that doubled from few', { panda: known(running(1998), NOW), pandaBefore: running(999) }],
    [
      'running jobs of a site that could not be read before',
      {
        panda: known(running(5000), NOW),
        pandaBefore: { CERN: 'odd', BNL: { SCORE: { managed: { running: 1000 } } } },
      },
    ],
    ['running jobs that fell', { panda: known(running(0), NOW), pandaBefore: running(9000) }],
    ['a busy worker', { pool: known(poolView([], [busy('i-00000001')]), NOW) }],
    ['an unknown site table', { sites: unknown('HTTP 404') }],
  ])('are good enough with %s', (_, given) => {
    const established = establish({ ...pilotWorld(), ...given });
    expect(established.ok ? established.facts.jobsUnknown : 'no facts').toBeUndefined();
  });

  it('know the status of a site only from a site table that is not too old', () => {
    const statusAt = (observedAt: number) => {
      const sites = known({ BNL: { status: 'test' } }, observedAt);
      const established = establish({ ...pilotWorld(), sites });
      return established.ok ? established.facts.siteStatus('BNL') : 'no facts';
    };
    expect(statusAt(NOW - 3600)).toBe('test');
    expect(statusAt(NOW - 3601)).toBeUndefined();
  });
});

describe('a collector that has just started', () => {
  const world = (age: number, absent: Parameters<typeof inLedger>[1]) => ({
    ...workerWorld({ activated: 4, workers: [inLedger('i-00000001', absent)] }),
    pool: known(poolView([pilots({ idle: 4 })], [], { collectorStartedAt: NOW - 10 - age }), NOW - 10),
  });

  it.each([
    [JOINED],
    [{ kind: 'missing', joinedAt: NOW - 3000, since: NOW - 100 }],
    [{ kind: 'draining', since: NOW - 100, cause: { kind: 'told', words: 'x' } }],
  ] as const)('holds the workers while it has not heard of one that is %j', (state) => {
    expect(planWorkers(world(599, state))).toMatchObject([
      { kind: 'hold', why: [{ kind: 'collector-young', ageSeconds: 599, absentWorkers: 1 }] },
    ]);
  });

  it.each([
    ['it has had time to hear of them', 600, JOINED],
    ['the absent ones are booting', 30, { kind: 'booting' }],
    [
      'the absent ones are being ended',
      30,
      { kind: 'retiring', since: NOW - 100, cause: { kind: 'told', words: 'x' } },
    ],
  ] as const)('is believed once %s', (_, age, state) => {
    expect(planWorkers(world(age, state))[0]?.kind).not.toBe('hold');
  });

  it('does not hold the pilots: the schedd is another daemon', () => {
    const { pool } = world(30, JOINED);
    expect(planPilots({ ...pilotWorld({ activated: 9 }), pool })).toMatchObject([
      { kind: 'submit', count: 5 },
    ]);
  });
});

describe('a snapshot', () => {
  it('is acted on with the moment it was true', () => {
    expect(fresh('panda', known('jobs', NOW - 5), NOW, 10)).toEqual({
      ok: true,
      value: 'jobs',
      observedAt: NOW - 5,
    });
  });
});
