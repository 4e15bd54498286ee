import { describe, expect, it } from 'vitest';
import type { PoolWorker, QueuePilots } from '../../../../core/model/pool.ts';
import { known } from '../../../../core/model/snapshot.ts';
import { planWorkers } from '../../planning.ts';
import {
  busy,
  FULL,
  fleet,
  type Given,
  inLedger,
  inPool,
  JOINED,
  LARGE,
  NOW,
  only,
  pilots,
  poolView,
  workerWorld,
} from '../../worlds.ts';

const VIEWED = NOW - 10;
const ids = (count: number) => Array.from({ length: count }, (_, n) => `i-0000000${n + 1}`);
const joined = (count: number) => ids(count).map((id) => inLedger(id, JOINED));

const plan = (given: Given) => only(planWorkers(workerWorld(given)));
const launched = (given: Given): number => {
  const decision = plan(given);
  return decision.kind !== 'act' ? 0 : decision.launches.reduce((n, { request }) => n + request.count, 0);
};
const steps = (given: Given) => {
  const decision = plan(given);
  return decision.kind !== 'act' ? [] : decision.retirements;
};
const starts = (...of: readonly number[]): Partial<QueuePilots> => ({
  recentStarts: Array.from({ length: 10 }, (_, minute) => of[minute] ?? 0),
});

describe('a worker whose ad is not believed', () => {
  const odd: Partial<PoolWorker> = { free: { ...LARGE, cpus: 3 } };

  it('is named, and holds neither its own fleet nor another', () => {
    const given = { workers: joined(1), pool: [inPool('i-00000001', odd)] };
    const world = {
      ...workerWorld({ activated: 2, ...given }),
      fleets: [fleet(), fleet({}, 'gpu')],
      pool: known(poolView([pilots({ idle: 2 })], given.pool), VIEWED),
    };
    const [own, other] = planWorkers(world);
    expect(own).toMatchObject({
      kind: 'act',
      launches: [{ request: { count: 1 } }],
      retirements: [],
      counts: { workersDisbelieved: 1 },
    });
    expect(own?.why).toContainEqual({ kind: 'workers-contradictory', workers: 1, instanceId: 'i-00000001' });
    expect(own?.why.map(({ kind }) => kind)).not.toContain('workers-unreadable');
    expect(other?.kind).toBe('rest');
  });

  it('is ended past the deadline of its drain, and not before', () => {
    const drained = (since: number) =>
      steps({
        knobs: { 'drain-deadline-seconds': '3600' },
        workers: [inLedger('i-00000001', { kind: 'draining', since, cause: { kind: 'drained' } })],
        pool: [inPool('i-00000001', odd)],
      });
    // Whether the drain took hold its ad does not say: it is ordered again, and the deadline stays.
    expect(drained(NOW - 3500)).toMatchObject([{ step: 'drain', cause: { kind: 'drain-not-taken' } }]);
    expect(drained(NOW - 3700)).toMatchObject([{ step: 'terminate', cause: { kind: 'drain-overdue' } }]);
  });
});

describe('a worker whose ad cannot be read', () => {
  const world = (given: Given) => {
    const base = workerWorld({ ...given, pilots: pilots({ idle: 2, running: 1 }), activated: 2 });
    const view = poolView([pilots({ idle: 2, running: 1 })]);
    const unreadable = [{ instanceId: 'i-00000001', why: 'APF_QUEUE is odd' }];
    return {
      ...base,
      pool: known({ ...view, workers: { complete: true, workers: [], unreadable } }, VIEWED),
    };
  };

  it('is there, has no room, is named, and is not taken for gone', () => {
    const decision = only(planWorkers(world({ workers: joined(1) })));
    expect(decision).toMatchObject({ kind: 'act', launches: [{ request: { count: 1 } }], retirements: [] });
    expect(decision.counts).toMatchObject({ workersLive: 1, coresLive: 2, workersDisbelieved: 1 });
    expect(decision.why).toContainEqual({
      kind: 'workers-unreadable',
      workers: 1,
      instanceId: 'i-00000001',
      words: 'APF_QUEUE is odd',
    });
  });

  it('is not ended as one that never joined', () => {
    const late = inLedger('i-00000001', { kind: 'booting' }, { launchedAt: NOW - 3600 });
    expect(only(planWorkers(world({ workers: [late] })))).toMatchObject({ retirements: [] });
  });
});

describe('workers that are unwell', () => {
  const unwell = (count: number, of: number, cause: (n: number) => string): Given => ({
    activated: 4,
    pilots: pilots({ idle: 4 }),
    workers: joined(of),
    pool: ids(of).map((id, n) => (n < count ? inPool(id, { draining: true, unwell: cause(n) }) : busy(id))),
  });
  const outage = (n: number) => `cm.example.org:9618 is not reached from 10.0.0.${n}`;

  it('for one cause, most of them, hold their fleet, which says the cause', () => {
    expect(plan(unwell(3, 5, outage))).toMatchObject({
      kind: 'hold',
      why: [{ kind: 'workers-unwell', workers: 3, joined: 5, words: outage(0) }],
    });
  });

  it('for one cause hold it if the name of what is away has several addresses of IPv6', () => {
    const addresses = ['2001:db8::a1', '2001:db8:0:c::', 'fd12:beef::cafe:1', '2001:db8::b'];
    const away = (n: number) => `door.example.org:1094, which is ${addresses[n]}, does not answer: timed out`;
    expect(plan(unwell(4, 5, away)).kind).toBe('hold');
  });

  it('for one cause among others hold it too', () => {
    const causes = (n: number) => (n === 1 ? `disk ${n} is full; ${outage(n)}` : outage(n));
    expect(plan(unwell(2, 3, causes)).kind).toBe('hold');
  });

  it.each<readonly [string, Given]>([
    ['one alone', unwell(1, 1, outage)],
    ['one of two', unwell(1, 2, outage)],
    ['half of them', unwell(2, 4, outage)],
    ['each for a cause of its own', unwell(3, 3, (n) => ['disk full', 'no CVMFS', 'clock'][n] ?? '')],
  ])('are replaced: %s', (_, given) => {
    expect(launched(given)).toBeGreaterThan(0);
  });

  it('are replaced if EC2 takes them back', () => {
    const given = unwell(3, 3, () => 'EC2 will terminate this machine');
    const workers = ids(3).map((id) =>
      inLedger(id, { kind: 'draining', since: NOW - 30, cause: { kind: 'spot-interruption' } }),
    );
    expect(launched({ ...given, workers })).toBe(2);
  });

  it('hold no other fleet', () => {
    const given = unwell(3, 3, outage);
    const world = { ...workerWorld(given), fleets: [fleet(), fleet({}, 'gpu')] };
    expect(planWorkers(world).map(({ kind }) => kind)).toEqual(['hold', 'rest']);
  });
});

describe('a worker to whose free room pilots are not matched', () => {
  /** One long pilot, one free core, and one idle pilot that fits and is never matched. */
  const half: Partial<PoolWorker> = {
    busy: 1,
    idleSince: null,
    free: { cpus: 1, memoryMb: 5500, diskMb: 90_000, gpus: 0 },
  };
  const waits = (seconds: number, more: Given = {}): Given => ({
    activated: 1,
    pilots: pilots({ idle: 1, running: 1 }),
    workers: joined(1),
    pool: [inPool('i-00000001', { ...half, unmatchedSince: VIEWED - seconds })],
    ...more,
  });

  it('is counted on for ten cycles of the negotiator, and no longer', () => {
    expect(launched(waits(599))).toBe(0);
    expect(launched(waits(600))).toBe(1);
    expect(plan(waits(600)).counts.workersUnmatched).toBe(1);
    expect(plan(waits(600)).why).toContainEqual({
      kind: 'workers-unmatched',
      workers: 1,
      instanceId: 'i-00000001',
      seconds: 600,
    });
  });

  const four = (unmatchedSince: number): readonly PoolWorker[] =>
    ids(4).map((id) => inPool(id, { ...half, unmatchedSince }));
  const fourWait = { activated: 4, workers: joined(4), pool: four(VIEWED - 900) };

  it('is one of those that are left out alone while no pilot begins anywhere: it may be the negotiator', () => {
    expect(launched({ ...fourWait, pilots: pilots({ idle: 4, running: 4 }) })).toBe(1);
  });

  it('is left out with all of its like while pilots begin elsewhere', () => {
    const of = pilots({ idle: 4, running: 4 }, starts(0, 3));
    expect(launched({ ...fourWait, onPilots: 4, pilots: of })).toBe(2);
  });

  it('is counted on again once a new worker is not matched either: it is the pilots', () => {
    const fresh = inPool('i-00000002', { joinedAt: VIEWED - 700, unmatchedSince: VIEWED - 660 });
    const given = waits(900);
    expect(launched({ ...given, workers: joined(2), pool: [...(given.pool ?? []), fresh] })).toBe(0);
  });
});

describe('a worker on which pilots end at once', () => {
  const many = { count: 12, short: 12 };
  const seen = (ended: QueuePilots['ended'], running = 6) => pilots({ idle: 2, running }, { ended });
  const good = seen({ count: 30, short: 12, shortSeconds: 300 });
  const hole = (given: Partial<PoolWorker> = {}, of = good, more: Given = {}): Given => ({
    activated: 2,
    pilots: of,
    workers: joined(4),
    pool: [
      inPool('i-00000001', { ended: many, ...given }),
      ...ids(4)
        .slice(1)
        .map((id) => busy(id)),
    ],
    ...more,
  });

  /** The only worker of its fleet. */
  const alone = (
    ended: Omit<QueuePilots['ended'], 'shortSeconds'>,
    running = 0,
    ad: Partial<PoolWorker> = {},
  ): Given => ({
    activated: 2,
    pilots: seen({ ...ended, shortSeconds: 300 }, running),
    workers: joined(1),
    pool: [inPool('i-00000001', { ended: many, ...ad })],
  });

  it('is named, drained, and not counted on; the others go on', () => {
    const decision = plan(hole());
    expect(decision).toMatchObject({
      kind: 'act',
      launches: [{ request: { count: 1 } }],
      retirements: [
        {
          instanceId: 'i-00000001',
          step: 'drain',
          cause: { kind: 'black-hole', short: 12, ended: 12, shortSeconds: 300 },
        },
      ],
      counts: { workersBlackHole: 1 },
    });
    expect(decision.why).toContainEqual({
      kind: 'workers-black-hole',
      workers: 1,
      instanceId: 'i-00000001',
      short: 12,
      ended: 12,
      shortSeconds: 300,
    });
  });

  it.each<readonly [string, Given]>([
    ['few pilots have', hole({ ended: { count: 9, short: 9 } })],
    ['some lived there', hole({ ended: { count: 14, short: 12 } })],
    ['nobody has counted', { ...hole(), pool: ids(4).map((id) => busy(id)) }],
    ['pilots end at once everywhere', hole({}, seen({ count: 60, short: 60, shortSeconds: 300 }, 6))],
    ['no pilot lives anywhere', hole({}, seen({ count: 12, short: 12, shortSeconds: 300 }, 0))],
    ['no jobs are ready: pilots end for want of one', hole({}, good, { activated: 0 })],
    [
      'most workers are like that',
      hole({}, good, {
        pool: ids(4).map((id, n) => (n < 3 ? inPool(id, { ended: many }) : busy(id, { free: FULL }))),
      }),
    ],
    ['the only one runs a pilot that lives', alone({ count: 12, short: 12 }, 1)],
    ['on the one before it they ended at once, too', alone({ count: 24, short: 24 })],
    ['some lived on the only one', alone({ count: 12, short: 12 }, 0, { ended: { count: 14, short: 12 } })],
    ['no jobs are ready for the only one', { ...alone({ count: 12, short: 12 }), activated: 0 }],
  ])('is left alone while %s', (_, given) => {
    expect(steps(given)).toEqual([]);
  });

  it.each([
    { count: 12, short: 12 },
    { count: 13, short: 12 },
  ])('is replaced if it is the only one, of %j', (ended) => {
    const given = alone(ended, 0, { ended });
    expect(steps(given)).toMatchObject([
      { instanceId: 'i-00000001', step: 'drain', cause: { kind: 'black-hole' } },
    ]);
    expect(launched(given)).toBe(1);
  });
});
