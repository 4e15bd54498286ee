import { describe, expect, it } from 'vitest';
import type { PoolWorker } from '../../../../core/model/pool.ts';
import type { Template } from '../../../../core/model/templates.ts';
import type { WorkerRecord, WorkerState } from '../../../../core/model/worker.ts';
import type { Fleet, Member } from '../../../../core/observe/fleet.ts';
import { suddenDrop } from '../../../../core/observe/plausibility.ts';
import type { Situation } from '../../../../core/observe/situation.ts';
import { next } from '../../../../core/write/life.ts';
import { planWorkers, retired } from '../../planning.ts';
import {
  busy,
  fleetOf,
  fleetSettings,
  inEc2,
  inLedger,
  inPool,
  JOINED,
  NOW,
  only,
  pilots,
  STAGE,
  workerWorld,
} from '../../worlds.ts';

const idOf = (n: number) => `i-${String(n).padStart(8, '0')}`;
const OLD = { id: 'lt-0a1b', version: '2' };
const TEMPLATE = { id: 'lt-0a1b', version: '3' };

const member = (
  n: number,
  pool: Partial<PoolWorker> | undefined,
  given: Partial<WorkerRecord> = {},
): Member => ({
  record: inLedger(idOf(n), JOINED, { template: OLD, ...given }),
  pool: pool === undefined ? undefined : inPool(idOf(n), pool),
});
const fleet = (members: readonly Member[]): Fleet => ({ members, strangers: [], launches: [] });
const steps = (of: Fleet, knobs = {}, given: Partial<Situation> = {}) =>
  retired(of, fleetSettings(knobs), {
    hiddenJobs: 0,
    from: { template: TEMPLATE, canaryIsDue: false, isRejected: false },
    ...given,
  }).map(({ step, instanceId }) => `${step} ${Number(instanceId.slice(2))}`);

describe('workers of an older template', () => {
  const old = [member(1, { busy: 1, idleSince: null }), member(2, {}), member(3, {})];

  it('leave one at a time, the emptiest first', () => {
    expect(steps(fleet(old))).toEqual(['drain 2']);
  });

  it('leave by the share that the fleet sets, those that leave already counted', () => {
    const leaving = member(
      4,
      { draining: true, busy: 1, idleSince: null },
      {
        state: { kind: 'draining', since: NOW - 60, cause: { kind: 'told', words: 'x' } },
      },
    );
    expect(steps(fleet([...old, leaving]), { 'roll-percent': '75' })).toEqual(['drain 2', 'drain 3']);
    expect(steps(fleet([...old, leaving]), { 'roll-percent': '25' })).toEqual([]);
    expect(steps(fleet(old), { 'roll-percent': '0' })).toEqual([]);
  });

  it.each([
    ['of the same version', { template: TEMPLATE }],
    ['of a later one: another version of aerie has launched them', { template: { ...OLD, version: '10' } }],
    ['of a later one with another image', { template: { ...OLD, version: '10', imageId: 'ami-9' } }],
    ['of which nobody knows the template', { template: undefined as never }],
    ['that are protected', { isProtected: true }],
  ])('are not those %s', (_, given) => {
    expect(steps(fleet([member(1, {}, given)]))).toEqual([]);
  });

  it('are those of them that are old, and none while nobody knows the newest image', () => {
    const mixed = fleet([member(1, {}, { template: TEMPLATE }), member(2, {}), member(3, {})]);
    expect(steps(mixed)).toEqual(['drain 2']);
    expect(steps(mixed, {}, { stage: { ...STAGE, imageUnknown: 'slow' } })).toEqual([]);
  });

  it('are those of another image of the same version, but for canaries of the newest', () => {
    const now = { ...TEMPLATE, imageId: 'ami-2' };
    const canary = { ...TEMPLATE, imageId: 'ami-3' };
    const one = (template: Template) => fleet([member(1, {}, { template })]);
    const from = { template: now, newest: canary, canaryIsDue: false, isRejected: false };
    expect(steps(one({ ...TEMPLATE, imageId: 'ami-1' }), {}, { from })).toEqual(['drain 1']);
    expect(steps(one(TEMPLATE), {}, { from })).toEqual(['drain 1']);
    expect(steps(one(now), {}, { from })).toEqual([]);
    expect(steps(one(canary), {}, { from })).toEqual([]);
  });

  it.each<readonly [string, Template, Template, object]>([
    ['version', OLD, TEMPLATE, { kind: 'template-replaced', version: '2', newVersion: '3' }],
    [
      'image',
      { ...TEMPLATE, imageId: 'ami-1' },
      { ...TEMPLATE, imageId: 'ami-2' },
      { kind: 'image-replaced', imageId: 'ami-1', newImageId: 'ami-2' },
    ],
    [
      'launch template, whose versions begin anew',
      { id: 'lt-0a1a', version: '3' },
      TEMPLATE,
      { kind: 'other-template', template: 'lt-0a1a', newTemplate: 'lt-0a1b' },
    ],
  ])('leave with the reason that theirs is another %s', (_, own, now, cause) => {
    const from = { template: now, canaryIsDue: false, isRejected: false };
    const given = fleet([member(1, {}, { template: own })]);
    expect(retired(given, fleetSettings({}), { hiddenJobs: 0, from })).toMatchObject([
      { step: 'drain', cause },
    ]);
  });

  it('are not canaries either while launches have gone back to an image before', () => {
    const from = { template: OLD, newest: TEMPLATE, canaryIsDue: false, isRejected: false };
    expect(steps(fleet([member(1, {}, { template: TEMPLATE }), member(2, {})]), {}, { from })).toEqual([]);
  });
});

describe('a protected worker', () => {
  it.each<readonly [string, WorkerState, Partial<PoolWorker> | undefined, object]>([
    ['that never joined', { kind: 'booting' }, undefined, {}],
    ['of a drained fleet', JOINED, {}, { state: 'drain' }],
    ['above the cap', JOINED, {}, { 'max-workers': '0' }],
    [
      'that is drained and empty',
      { kind: 'draining', since: 0, cause: { kind: 'told', words: 'x' } },
      { draining: true },
      {},
    ],
  ])('%s is left alone', (_, state, pool, knobs) => {
    expect(steps(fleet([member(1, pool, { state, isProtected: true })]), knobs)).toEqual([]);
  });
});

describe('a worker that was warned before it joined', () => {
  const warned = { kind: 'draining', since: NOW - 600, cause: { kind: 'spot-rebalance' } } as const;

  it.each([
    ['until its join deadline', 900, []],
    ['no longer', 901, ['terminate 1']],
  ])('may join %s', (_, age, expected) => {
    const record = inLedger(idOf(1), { ...warned, unjoined: true }, { launchedAt: NOW - age });
    expect(steps(fleetOf(record), {}, { hiddenJobs: 5 })).toEqual(expected);
  });

  it('is like any other that drains once it is seen', () => {
    expect(next({ ...warned, unjoined: true }, { kind: 'seen', at: NOW, joinedAt: NOW })).toEqual(warned);
  });
});

describe('a worker that is out of the collector', () => {
  const missing = (seconds: number) =>
    fleetOf(inLedger(idOf(1), { kind: 'missing', joinedAt: 0, since: NOW - seconds }));

  it.each([
    ['after the lease of its jobs, where every running pilot is elsewhere', 3601, 0, ['terminate 1']],
    ['not before', 3600, 0, []],
    ['not while a pilot runs that nobody sees', 3601, 1, []],
  ])('is ended %s', (_, seconds, hiddenJobs, expected) => {
    expect(steps(missing(seconds), {}, { hiddenJobs })).toEqual(expected);
  });
});

describe('the pilots that run and that nobody sees', () => {
  const view = (running: number) => ({
    workers: [
      inLedger(idOf(1), { kind: 'missing', joinedAt: 0, since: NOW - 3601 }),
      inLedger(idOf(2), JOINED),
      inLedger(idOf(3), JOINED),
    ],
    pilots: pilots({ running }),
    pool: [
      inPool(idOf(2), { busy: 1, idleSince: null }),
      inPool(idOf(3), { busy: 1, idleSince: null }),
      inPool(idOf(9), { busy: 1, idleSince: null }),
    ],
    vouched: [inEc2(idOf(9))],
  });

  it.each([
    [3, ['i-00000001']],
    [4, []],
  ])('are those of %d beyond what workers and strangers run', (running, ended) => {
    const decision = only(planWorkers(workerWorld(view(running))));
    const steps = decision.kind === 'act' ? decision.retirements : [];
    expect(steps.map(({ instanceId }) => instanceId)).toEqual(ended);
  });
});

describe('a sudden drop', () => {
  const missing = (since: number): WorkerState => ({ kind: 'missing', joinedAt: 0, since });
  const pool = (joined: number, left: number, seconds = 60) => [
    ...Array.from({ length: joined }, (_, n) => inLedger(idOf(n), JOINED)),
    ...Array.from({ length: left }, (_, n) => inLedger(idOf(100 + n), missing(NOW - seconds))),
  ];

  it.each([
    ['a third of them', pool(6, 3), true],
    ['few of many', pool(7, 3), false],
    ['two, however many there were', pool(0, 2), false],
    ['a third, some while ago', pool(6, 3, 301), false],
  ])('of %s is doubted, or not', (_, workers, isDoubted) => {
    expect(suddenDrop(workers, NOW) !== undefined).toBe(isDoubted);
  });

  it('holds every fleet', () => {
    const world = workerWorld({ activated: 5, pilots: pilots({ idle: 5 }), workers: pool(0, 3) });
    expect(only(planWorkers(world))).toMatchObject({
      kind: 'hold',
      why: [{ kind: 'workers-vanished', vanished: 3, joined: 3 }],
    });
  });
});

describe('a drain', () => {
  const surplus: WorkerState = {
    kind: 'draining',
    since: NOW - 60,
    cause: { kind: 'told', words: 'x' },
    surplus: true,
  };
  const world = (state: WorkerState, idle: number, knobs = {}) =>
    workerWorld({
      activated: idle,
      pilots: pilots({ idle, running: 1 }),
      workers: [inLedger(idOf(1), state)],
      pool: [
        busy(idOf(1), {
          busy: 1,
          draining: true,
          free: { cpus: 1, memoryMb: 5500, diskMb: 90_000, gpus: 0 },
        }),
      ],
      knobs,
    });
  const done = (of: ReturnType<typeof world>) => {
    const decision = only(planWorkers(of));
    return decision.kind === 'act'
      ? [
          ...decision.retirements.map(({ step }) => step),
          ...decision.launches.map(({ request }) => request.count),
        ]
      : decision.kind;
  };

  it('of a surplus worker is taken back when there are jobs for it, and nothing is launched for them', () => {
    expect(done(world(surplus, 1))).toEqual(['undrain']);
  });

  it('that is taken back keeps no other worker of an older template from being rolled', () => {
    const kept = inLedger(idOf(1), surplus, { template: OLD });
    const idle = inLedger(idOf(2), JOINED, { template: OLD });
    const of = workerWorld({
      activated: 1,
      pilots: pilots({ idle: 1, running: 1, shape: { cpus: 2, memoryMb: 5500, diskMb: 90_000, gpus: 0 } }),
      workers: [kept, idle],
      pool: [inPool(idOf(1), { draining: true }), busy(idOf(2))],
    });
    const decision = only(planWorkers(of));
    expect(decision.kind === 'act' ? decision.retirements : []).toMatchObject([
      { instanceId: idOf(1), step: 'undrain' },
      { instanceId: idOf(2), step: 'drain', cause: { kind: 'template-replaced' } },
    ]);
  });

  it('is taken back before more is launched', () => {
    expect(done(world(surplus, 3))).toEqual(['undrain', 1]);
  });

  it.each([
    ['nobody waits', world(surplus, 0), 'rest'],
    [
      'it is for good',
      world({ kind: 'draining', since: NOW - 60, cause: { kind: 'spot-interruption' } }, 1),
      [1],
    ],
    [
      'its life is over before the jobs are',
      world(surplus, 1, { 'max-life-seconds': String(3600 + 86_400), 'pilot-wall-seconds': '86400' }),
      [1],
    ],
    ['its deadline is over', world({ ...surplus, since: NOW - 604_801 }, 1), ['terminate', 1]],
    ['the fleet is drained', world(surplus, 1, { state: 'drain' }), 'rest'],
    ['the cap has no room for it', world(surplus, 1, { 'max-workers': '0' }), 'rest'],
  ])('goes on where %s', (_, of, expected) => {
    expect(done(of)).toEqual(expected);
  });
});
