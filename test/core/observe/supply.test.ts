import { describe, expect, it } from 'vitest';
import type { PoolWorker } from '../../../core/model/pool.ts';
import { NOTICE_SECONDS } from '../../../core/model/takes.ts';
import type { WorkerRecord, WorkerState } from '../../../core/model/worker.ts';
import { boughtFrom } from '../../../core/observe/belief.ts';
import { fleets, liveCores, liveWorkers } from '../../../core/observe/fleet.ts';
import { type Looking, supply } from '../../../core/observe/supply.ts';
import {
  fleetOf,
  fleetSettings,
  inEc2,
  inLedger,
  inPool,
  JOINED,
  LARGE,
  NARROW,
  NOW,
  openLaunch,
  poolView,
} from '../worlds.ts';

const ID = 'i-00000001';
const DAY = 86_400;
const BOOTING: WorkerState = { kind: 'booting' };
const waking = (seconds: number): WorkerState => ({ kind: 'waking', since: NOW - seconds });

/** One job looks for room that may run for three days: what a queue asks for by default. */
const WALL = 3 * DAY;
const looking = (...walls: readonly number[]): Looking => ({
  ...{ settings: fleetSettings(), now: NOW },
  waiting: walls.map((wallSeconds) => ({ shape: NARROW, wallSeconds, count: 1 })),
});
const LOOKING = looking(WALL);
const usual = { gpus: 0, longestSeconds: WALL, fewestCpus: 0 };

const rooms = (of: 'joined' | 'booting', state: WorkerState, pool?: PoolWorker, launchedAt = NOW - 600) =>
  supply(fleetOf(inLedger(ID, state, { launchedAt }), pool), LOOKING)[of].reduce(
    (n, { count }) => n + count,
    0,
  );

describe('a worker that is in the pool', () => {
  it.each<readonly [string, WorkerState, Partial<PoolWorker>, number]>([
    ['is supply', JOINED, {}, 1],
    ['is supply before the ledger knows', BOOTING, {}, 1],
    ['is supply when it was woken, before the ledger knows', waking(300), {}, 1],
    ['is supply again when it was missing', { kind: 'missing', joinedAt: 1, since: 2 }, {}, 1],
    ['is none when it drains', { kind: 'draining', since: 1, cause: { kind: 'told', words: 'x' } }, {}, 0],
    [
      'is none when it is being ended',
      { kind: 'retiring', since: 1, cause: { kind: 'told', words: 'x' } },
      {},
      0,
    ],
    ['is none when it takes no new job', JOINED, { draining: true }, 0],
    ['is none when nothing can be started there', JOINED, { reachable: false }, 0],
    ['is none when it has been silent for three turns', JOINED, { lastHeardAt: NOW - 901 }, 0],
    ['is supply when it has been silent for less', JOINED, { lastHeardAt: NOW - 900 }, 1],
  ])('%s', (_, state, pool, count) => {
    expect(rooms('joined', state, inPool(ID, pool))).toBe(count);
    expect(rooms('booting', state, inPool(ID, pool))).toBe(0);
  });

  it.each([
    ['as long as a pilot could still run there to its end', 4 * DAY - NOTICE_SECONDS, 1],
    ['no longer when a pilot could outlast it', 4 * DAY - NOTICE_SECONDS + 1, 0],
  ])('is supply %s', (_, age, count) => {
    expect(rooms('joined', JOINED, inPool(ID), NOW - age)).toBe(count);
  });

  it('offers what is free there and not what was planned', () => {
    const free = { cpus: 1, memoryMb: 2000, diskMb: 15_000, gpus: 0 };
    expect(supply(fleetOf(inLedger(ID, JOINED), inPool(ID, { free })), LOOKING).joined).toEqual([
      { room: free, count: 1, limits: usual },
    ]);
  });
});

describe('a worker that is not in the pool', () => {
  it.each<readonly [string, WorkerState, number, number]>([
    ['counts in full while it boots', BOOTING, 900, 1],
    ['does not count past its join deadline', BOOTING, 901, 0],
    ['counts in full while it wakes, whatever its age', waking(900), 3 * 3600, 1],
    ['does not count past its join deadline since it was woken', waking(901), 3 * 3600, 0],
    ['does not count while it is asleep', { kind: 'asleep', since: NOW - 60 }, 600, 0],
    ['does not count when it is missing', { kind: 'missing', joinedAt: 1, since: NOW }, 600, 0],
    [
      'does not count when it is about to be taken',
      { kind: 'draining', since: NOW, cause: { kind: 'told', words: 'x' } },
      60,
      0,
    ],
  ])('%s', (_, state, age, count) => {
    expect(rooms('booting', state, undefined, NOW - age)).toBe(count);
    expect(rooms('joined', state, undefined, NOW - age)).toBe(0);
  });

  it('counts in full as soon as its launch is written down', () => {
    const fleet = { members: [], strangers: [], launches: [openLaunch(5)] };
    expect(supply(fleet, LOOKING).booting).toEqual([{ room: LARGE, count: 5, limits: usual }]);
  });
});

describe('a fleet', () => {
  const STRANGER = 'i-00000007';
  const view = poolView(
    [],
    [
      inPool('i-00000001', { total: { ...LARGE, cpus: 1 }, free: { ...LARGE, cpus: 1 } }),
      inPool(STRANGER),
      inPool('i-00000008', { fleet: 'gpu' }),
    ],
  );
  const workers = [
    inLedger('i-00000001', JOINED),
    inLedger('i-00000002', { kind: 'retiring', since: NOW, cause: { kind: 'told', words: 'x' } }),
    inLedger('i-00000003', BOOTING, { fleet: 'gpu' }),
  ];
  const trust = {
    boughtOf: boughtFrom(
      () => undefined,
      () => LARGE.diskMb,
    ),
    vouched: new Map([[STRANGER, inEc2(STRANGER)]]),
  };
  const fleet = fleets(workers, [openLaunch(3)], view, trust);

  it('puts ledger and pool together, fleet by fleet, with strangers', () => {
    const { members, strangers, launches } = fleet.of('default');
    expect(members.map(({ record, pool }) => [record.instanceId, pool?.instanceId])).toEqual([
      ['i-00000001', 'i-00000001'],
      ['i-00000002', undefined],
    ]);
    expect(strangers.map(({ instanceId }) => instanceId)).toEqual([STRANGER]);
    expect(launches).toHaveLength(1);
  });

  it('counts against the caps whatever may be billed: the leaving, the strange and the intended too', () => {
    expect(liveWorkers(fleet.of('default'))).toBe(2 + 1 + 3);
    // One says that it has a core less than was bought: that frees none.
    expect(liveCores(fleet.of('default'))).toBe(2 + 2 + 2 + 3 * 2);
    expect(liveWorkers(fleet.of('gpu'))).toBe(1);
  });

  it('counts nothing of a stranger that EC2 does not show, whatever it says of itself', () => {
    const { strangers, unknown } = fleet.of('gpu');
    expect(strangers).toEqual([]);
    expect(unknown?.map(({ instanceId }) => instanceId)).toEqual(['i-00000008']);
  });

  it('is empty where there are no workers', () => {
    expect(liveWorkers(fleet.of('none'))).toBe(0);
  });

  it('counts a stranger as supply for its fleet, for as long as it would live', () => {
    expect(supply(fleet.of('default'), LOOKING).joined).toHaveLength(2);
    const old = fleets([], [], poolView([], [inPool(STRANGER, { joinedAt: NOW - 5 * DAY })]), trust);
    expect(supply(old.of('default'), LOOKING).joined).toEqual([]);
  });
});

describe('what a room takes', () => {
  const DAYS = [1 * DAY, 2 * DAY, 3 * DAY];
  const limitsIn = (record: Partial<WorkerRecord>, pool: Partial<PoolWorker> = {}, walls = DAYS) =>
    supply(fleetOf(inLedger(ID, JOINED, record), inPool(ID, pool)), looking(...walls)).joined.map(
      (bin) => bin.limits,
    );

  it.each<readonly [string, number, readonly number[], readonly object[]]>([
    [
      'the longest that its life is enough for',
      4 * DAY - NOTICE_SECONDS,
      DAYS,
      [{ longestSeconds: 3 * DAY }],
    ],
    ['a shorter one, a second later', 4 * DAY - NOTICE_SECONDS + 1, DAYS, [{ longestSeconds: 2 * DAY }]],
    ['the shortest, at last', 6 * DAY - NOTICE_SECONDS, DAYS, [{ longestSeconds: DAY }]],
    ['none', 6 * DAY - NOTICE_SECONDS + 1, DAYS, []],
    ['none, where nobody looks for it', 0, [], []],
  ])('is, of those who look, %s', (_, age, walls, expected) => {
    expect(limitsIn({ launchedAt: NOW - age }, {}, [...walls])).toMatchObject(expected);
  });

  it('is alike for workers of any age that take the same jobs', () => {
    const [young, older] = [100, 3 * DAY].map((age) => limitsIn({ launchedAt: NOW - age }, {}, [DAY]));
    expect(young).toEqual(older);
  });

  it.each<readonly [string, Partial<WorkerRecord>, Partial<PoolWorker>, object]>([
    ['its queue', { onlyQueue: 'BNL' }, { queue: 'BNL' }, { onlyQueue: 'BNL' }],
    ['its width', { width: 8 }, {}, { width: 8 }],
    ['the GPUs that it has, also where none is free', {}, { total: { ...LARGE, gpus: 4 } }, { gpus: 4 }],
  ])('is said by %s', (_, record, pool, expected) => {
    expect(limitsIn(record, pool, [DAY])).toEqual([
      { gpus: 0, longestSeconds: DAY, fewestCpus: 0, ...expected },
    ]);
  });

  it('of workers on their way is said by the same', () => {
    const limits = { onlyQueue: 'BNL', width: 8 } as const;
    const launch = openLaunch(2);
    const fleet = {
      members: [{ record: inLedger(ID, BOOTING, { ...limits, launchedAt: NOW - 60 }), pool: undefined }],
      strangers: [],
      launches: [{ ...launch, request: { ...launch.request, ...limits } }],
    };
    const each = { room: LARGE, limits: { ...usual, ...limits } };
    expect(supply(fleet, LOOKING).booting).toEqual([
      { ...each, count: 1 },
      { ...each, count: 2 },
    ]);
  });

  it.each<readonly [Partial<PoolWorker>, object]>([
    [{ queue: 'BNL' }, { onlyQueue: 'BNL' }],
    [{ width: 8 }, { width: 8 }],
    [{ firstWidth: 8, joinedAt: NOW - 60 }, { fewestCpus: 8 }],
    [{ firstWidth: 8 }, {}],
  ])('of a stranger is said by what is believed of its ad: %j', (ad, limits) => {
    const fleet = { members: [], strangers: [inPool(ID, ad)], launches: [] };
    expect(supply(fleet, LOOKING).joined).toEqual([
      { room: LARGE, count: 1, limits: { ...usual, ...limits } },
    ]);
  });

  it('is nothing on workers without room', () => {
    const fleet = fleetOf(inLedger(ID, JOINED), inPool(ID));
    expect(supply(fleet, { ...LOOKING, withoutRoom: new Set([ID]) }).joined).toEqual([]);
  });
});
