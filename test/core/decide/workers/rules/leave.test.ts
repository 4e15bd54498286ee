import { describe, expect, it } from 'vitest';
import type { PoolWorker } from '../../../../../core/model/pool.ts';
import type { WorkerState } from '../../../../../core/model/worker.ts';
import type { Member } from '../../../../../core/observe/fleet.ts';
import { retired } from '../../../planning.ts';
import {
  busy,
  fleetOf,
  fleetSettings,
  inLedger,
  inPool,
  JOINED,
  type Knobs,
  NOW,
  openLaunch,
} from '../../../worlds.ts';

const ID = 'i-00000001';
const DAY = 86_400;
const BOOTING: WorkerState = { kind: 'booting' };
const waking = (seconds: number): WorkerState => ({ kind: 'waking', since: NOW - seconds });
const missing = (seconds: number): WorkerState => ({ kind: 'missing', joinedAt: 0, since: NOW - seconds });
const draining = (seconds: number): WorkerState => ({
  kind: 'draining',
  since: NOW - seconds,
  cause: { kind: 'told', words: 'x' },
});
const RETIRING: WorkerState = { kind: 'retiring', since: NOW - 9 * DAY, cause: { kind: 'told', words: 'x' } };

const IDLE_LONG = inPool(ID, { idleSince: NOW - 481 });
const IDLE_A_WHILE = inPool(ID, { idleSince: NOW - 480 });
const BUSY = busy(ID);
const EMPTY_DRAINED = inPool(ID, { draining: true });
const BUSY_DRAINED = busy(ID, { draining: true });

/** What happens to one worker: `drain: too-old 604800`, the cause with its numbers, or nothing. */
const step = (state: WorkerState, pool?: PoolWorker, age = 3600, knobs: Knobs = {}): string => {
  const record = inLedger(ID, state, { launchedAt: NOW - age });
  const [first, ...others] = retired(fleetOf(record, pool), fleetSettings(knobs));
  expect(others).toEqual([]);
  return first === undefined ? 'nothing' : `${first.step}: ${Object.values(first.cause).join(' ')}`;
};

const DRAIN = { state: 'drain' };
const TOO_OLD = 'drain: too-old 604800';

describe('a worker that has not joined', () => {
  it.each([
    ['may take its time', BOOTING, undefined, 900, {}, 'nothing'],
    ['is ended past its join deadline', BOOTING, undefined, 901, {}, 'terminate: never-joined 900'],
    [
      'has the deadline of its fleet',
      BOOTING,
      undefined,
      121,
      { 'join-deadline-seconds': '120' },
      'terminate: never-joined 120',
    ],
    ['may take its time from its wake on', waking(900), undefined, 9000, {}, 'nothing'],
    ['is ended past that', waking(901), undefined, 9000, {}, 'terminate: never-joined 900'],
    ['may still join where the fleet is drained', BOOTING, undefined, 900, DRAIN, 'nothing'],
    ['is not ended once the pool sees it, however late', BOOTING, inPool(ID), 901, {}, 'nothing'],
    [
      'is drained once the pool sees it, where the fleet is',
      BOOTING,
      inPool(ID),
      901,
      DRAIN,
      'drain: fleet-drained',
    ],
  ] as const)('%s', (_, state, pool, age, knobs, expected) => {
    expect(step(state, pool, age, knobs)).toBe(expected);
  });
});

it('that was woken and drains before it has joined has its time from the wake on', () => {
  const sleeps = (wokenAt: number) => ({ launchedAt: 0, sleeps: [[0, wokenAt]] as const });
  const state = { ...draining(60), unjoined: true } as const;
  const ends = (wokenAt: number) =>
    retired(fleetOf(inLedger(ID, state, sleeps(wokenAt))), fleetSettings({})).length;
  expect([ends(NOW - 900), ends(NOW - 901)]).toEqual([0, 1]);
});

it('that has not joined is not ended on the word of a collector that has just started', () => {
  const late = fleetOf(inLedger(ID, BOOTING, { launchedAt: NOW - 901 }), undefined);
  const ends = (collectorIsYoung: boolean) =>
    retired(late, fleetSettings({}), { hiddenJobs: 0, collectorIsYoung }).length;
  expect(ends(true)).toBe(0);
  expect(ends(false)).toBe(1);
});

describe('a worker in service', () => {
  it.each([
    ['stays while it is busy', JOINED, BUSY, 3600, {}, 'nothing'],
    ['ends itself when it is idle', JOINED, IDLE_A_WHILE, 3600, {}, 'nothing'],
    ['is drained when it does not', JOINED, IDLE_LONG, 3600, {}, 'drain: idle-beyond-linger 180'],
    ['may linger as long as its fleet says', JOINED, IDLE_LONG, 3600, { 'linger-seconds': '600' }, 'nothing'],
    ['is drained, busy or not, where the fleet is', JOINED, BUSY, 3600, DRAIN, 'drain: fleet-drained'],
    ['stays where the fleet is paused', JOINED, BUSY, 3600, { state: 'paused' }, 'nothing'],
    ['stays while a pilot cannot outlast it', JOINED, BUSY, 4 * DAY, {}, 'nothing'],
    ['is drained once a pilot could', JOINED, BUSY, 4 * DAY + 1, {}, TOO_OLD],
    ['is drained at its age even while it cannot be seen', JOINED, undefined, 4 * DAY + 1, {}, TOO_OLD],
  ] as const)('%s', (_, state, pool, age, knobs, expected) => {
    expect(step(state, pool, age, knobs)).toBe(expected);
  });
});

describe('a worker whose drain was taken back', () => {
  const back = (seconds: number): WorkerState => ({
    ...{ kind: 'joined', joinedAt: NOW - 3000 },
    undrainedAt: NOW - seconds,
  });

  it.each([
    ['is told so once more while it still drains', back(300), BUSY_DRAINED, 'undrain: still-drains'],
    ['is not once that has been so for long: somebody else drains it', back(301), BUSY_DRAINED, 'nothing'],
    ['is not where it takes jobs', back(60), BUSY, 'nothing'],
    ['is not while nobody sees it', back(60), undefined, 'nothing'],
    ['is never one that nobody has drained', JOINED, BUSY_DRAINED, 'nothing'],
  ] as const)('%s', (_, state, pool, expected) => {
    expect(step(state, pool)).toBe(expected);
  });
});

it.each([
  ['that the view shows', EMPTY_DRAINED, undefined],
  ['that it does not show, which is looked for once more before', undefined, true],
])('an end of a worker %s says so', (_, pool, unseen) => {
  const [first] = retired(fleetOf(inLedger(ID, draining(9 * DAY)), pool), fleetSettings({}), {
    hiddenJobs: 0,
  });
  expect(first?.step).toBe('terminate');
  expect(first?.unseen).toBe(pool === undefined ? undefined : unseen);
});

const HOUR = { 'drain-deadline-seconds': '3600' };

describe('a missing worker', () => {
  it.each([
    ['may still run its jobs, and gets the time of a drain', missing(3600), undefined, HOUR, 'nothing'],
    ['is ended after that', missing(3601), undefined, HOUR, 'terminate: out-of-collector 3600'],
    ['is a worker in service when the pool sees it again', missing(3601), BUSY, HOUR, 'nothing'],
    [
      'is drained when it is back and has been idle for long',
      missing(10),
      IDLE_LONG,
      {},
      'drain: idle-beyond-linger 180',
    ],
  ] as const)('%s', (_, state, pool, knobs, expected) => {
    expect(step(state, pool, 3600, knobs)).toBe(expected);
  });
});

describe('a draining worker', () => {
  const LATE = 'terminate: drain-overdue 3600';
  it.each([
    ['is ended when it is empty', draining(60), EMPTY_DRAINED, {}, 'terminate: drained'],
    ['may finish its jobs', draining(3600), BUSY_DRAINED, HOUR, 'nothing'],
    ['is ended with its jobs past its deadline', draining(3601), BUSY_DRAINED, HOUR, LATE],
    ['is drained again when it still takes jobs', draining(60), BUSY, HOUR, 'drain: drain-not-taken'],
    [
      'is drained again before it is ended, when a job could still come',
      draining(60),
      inPool(ID),
      {},
      'drain: drain-not-taken',
    ],
    ['is waited for while it is out of the pool', draining(3600), undefined, HOUR, 'nothing'],
    ['is ended past its deadline where nobody sees it', draining(3601), undefined, HOUR, LATE],
  ] as const)('%s', (_, state, pool, knobs, expected) => {
    expect(step(state, pool, 3600, knobs)).toBe(expected);
  });
});

describe('a worker that EC2 was asked to end', () => {
  it.each([
    ['seen', BUSY],
    ['unseen', undefined],
  ])('is left to EC2, %s or not', (_, pool) => {
    expect(step(RETIRING, pool, 9 * DAY, DRAIN)).toBe('nothing');
  });

  it('is ended as one that drains while that has only been written down', () => {
    const pending = { ...RETIRING, since: NOW - 60, pending: true } as const;
    expect(step(pending, EMPTY_DRAINED)).toBe('terminate: drained');
    expect(step(pending, BUSY_DRAINED)).toBe('nothing');
  });
});

describe('workers above a cap that was lowered', () => {
  const member = (n: number, pool?: Partial<PoolWorker>, given: Partial<Member['record']> = {}): Member => {
    const id = `i-0000000${n}`;
    return {
      record: inLedger(id, pool === undefined ? BOOTING : JOINED, { launchedAt: NOW - 600, ...given }),
      pool: pool === undefined ? undefined : inPool(id, pool),
    };
  };
  const loaded = (count: number) => ({ busy: count, idleSince: null });
  const leaving = (members: readonly Member[], max: number, launches = 0): readonly string[] => {
    const intended = launches === 0 ? [] : [openLaunch(launches)];
    const fleet = { members, strangers: [], launches: intended };
    return retired(fleet, fleetSettings({ 'max-workers': String(max) }))
      .filter(({ cause }) => cause.kind === 'above-max-workers' && cause.maxWorkers === max)
      .map(({ step: what, instanceId }) => `${what} ${instanceId.at(-1)}`);
  };

  it('leave emptiest first, and the oldest of equals', () => {
    const fleet = [
      member(1, loaded(2)),
      member(2, loaded(1)),
      member(3, {}),
      member(4, {}, { launchedAt: NOW - 700 }),
    ];
    expect(leaving(fleet, 4)).toEqual([]);
    expect(leaving(fleet, 3)).toEqual(['drain 4']);
    expect(leaving(fleet, 2)).toEqual(['drain 4', 'drain 3']);
    expect(leaving(fleet, 1)).toEqual(['drain 4', 'drain 3', 'drain 2']);
    expect(leaving(fleet, 0)).toEqual(['drain 4', 'drain 3', 'drain 2', 'drain 1']);
  });

  it('are not drained while they boot: what is not in the pool cannot be', () => {
    expect(leaving([member(1), member(2), member(3, loaded(2))], 1)).toEqual(['drain 3']);
  });

  it('are not made more by those that leave anyway', () => {
    const gone = member(1, {}, { state: draining(60) });
    const old = member(2, {}, { launchedAt: NOW - 5 * DAY });
    expect(leaving([gone, old, member(3, loaded(1))], 1)).toEqual([]);
    expect(leaving([gone, old, member(3, loaded(1))], 0)).toEqual(['drain 3']);
  });

  it('make room for launches that may still bring some', () => {
    expect(leaving([member(1, {}), member(2, {})], 3, 2)).toEqual(['drain 1']);
  });

  it('leave by two hundred in a tick', () => {
    const many = Array.from({ length: 250 }, (_, n) => ({
      record: inLedger(`i-${String(n).padStart(8, '0')}`, JOINED),
      pool: undefined,
    }));
    const fleet = { members: many, strangers: [], launches: [] };
    expect(retired(fleet, fleetSettings({ state: 'drain' }))).toHaveLength(200);
  });
});

describe('a worker that EC2 will not end', () => {
  const refused = (secondsAgo: number) =>
    retired(
      fleetOf(
        inLedger(ID, BOOTING, {
          launchedAt: NOW - 3600,
          endRefused: { at: NOW - secondsAgo, why: 'OperationNotPermitted: no' },
        }),
      ),
      fleetSettings({}),
    );

  it('is left alone for ten minutes, and then asked for again', () => {
    expect(refused(599)).toEqual([]);
    expect(refused(600)).toMatchObject([{ step: 'terminate', again: true }]);
  });

  it('is like any other once nobody has asked for its end for twenty minutes', () => {
    expect(refused(1200)).toMatchObject([{ step: 'terminate' }]);
    expect(refused(1200)[0]?.again).toBeUndefined();
  });
});
