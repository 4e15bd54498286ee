import { describe, expect, it } from 'vitest';
import type { Shape } from '../../../../../core/model/resources.ts';
import type { WorkerRecord, WorkerState } from '../../../../../core/model/worker.ts';
import { planWorkers } from '../../../planning.ts';
import {
  busy,
  type Given,
  inLedger,
  inPool,
  JOINED,
  NARROW,
  NOW,
  only,
  openLaunch,
  pilots,
  WIDE,
  workerWorld,
} from '../../../worlds.ts';

const VIEWED = NOW - 10;
/** What an m6i.2xlarge offers. */
const BIG = { cpus: 8, memoryMb: 30_601, diskMb: 100_000, gpus: 0 };
const OFFER = { flavour: 'm6i.2xlarge', zone: 'us-east-1a', market: 'on-demand' } as const;

const big = (id: string, given: Partial<WorkerRecord> = {}, state: WorkerState = JOINED) =>
  inLedger(id, state, { offer: OFFER, offers: BIG, ...given });
/** One with so many narrow pilots. */
const taken = (id: string, count = 8) =>
  busy(id, { total: BIG, busy: count, free: { ...BIG, cpus: 8 - count, memoryMb: 30_601 - 2000 * count } });

interface Wants {
  /** Narrow pilots that run and that wait. */
  readonly narrow?: readonly [running: number, idle: number];
  /** Wide ones, and since how many seconds they wait. */
  readonly wide?: readonly [running: number, idle: number, seconds?: number];
}

/** Two large workers at the cap, full of narrow pilots, while a wide one waits: but for what is given. */
const world = ({ narrow = [15, 10], wide = [0, 1, 600] }: Wants = {}, given: Given = {}): Given => {
  const [wideRunning, wideIdle, seconds = 600] = wide;
  return {
    activated: 1000,
    pilots: pilots([
      { shape: NARROW, running: narrow[0], idle: narrow[1] },
      {
        ...{ shape: WIDE, running: wideRunning, idle: wideIdle },
        waitingSince: [{ at: VIEWED - seconds, count: wideIdle }],
      },
    ]),
    workers: [big('i-1'), big('i-2')],
    pool: [taken('i-1'), taken('i-2', 7)],
    ...given,
    knobs: { 'max-workers': '2', ...given.knobs },
  };
};

/** Who is drained to make room: `2 for 8 cores after 600 s`. */
const roomMade = (given: Given): readonly string[] => {
  const decision = only(planWorkers(workerWorld(given)));
  if (decision.kind !== 'act') return [];
  return decision.retirements.flatMap(({ instanceId, step, cause }) =>
    cause.kind === 'room-wanted' && step === 'drain'
      ? [`${instanceId.at(-1)} for ${cause.cpus} cores after ${cause.seconds} s`]
      : [],
  );
};

const DRAINING: WorkerState = {
  ...{ kind: 'draining', since: NOW - 60 },
  cause: { kind: 'room-wanted', cpus: 8, seconds: 700 },
};

/** Drains because its life is over. */
const OLD: WorkerState = { ...{ kind: 'draining', since: NOW - 60 }, cause: { kind: 'drained' } };

const idOf = (index: number) => `i-${String(index + 1).padStart(2, '0')}`;
const crowd = (count: number) =>
  Array.from({ length: count }, (_, index) => big(count < 10 ? `i-${index + 1}` : idOf(index)));
/** One with a wide pilot and nothing else. */
const held = (id: string) => busy(id, { total: BIG, busy: 1, free: { ...BIG, cpus: 0, memoryMb: 14_601 } });
/** So many large workers at the cap, all full of narrow pilots. */
const full = (count: number) => {
  const workers = crowd(count);
  return {
    workers,
    pool: workers.map(({ instanceId }) => taken(instanceId)),
    knobs: { 'max-workers': String(count) },
  };
};

const bigLaunch = { ...openLaunch(1), offers: BIG };

const sinceUnknown = world(
  {},
  {
    pilots: pilots([
      { shape: NARROW, running: 15, idle: 10 },
      { shape: WIDE, running: 0, idle: 1 },
    ]),
  },
);

describe('room for wide jobs at the cap', () => {
  it('is made by the emptiest worker that could hold one', () => {
    expect(roomMade(world())).toEqual(['2 for 8 cores after 600 s']);
  });

  it('is made by the oldest among the equally full', () => {
    const workers = [big('i-1', { launchedAt: NOW - 100 }), big('i-2', { launchedAt: NOW - 5000 })];
    const pool = [taken('i-1'), taken('i-2')];
    expect(roomMade(world({ narrow: [16, 10] }, { workers, pool }))).toEqual(['2 for 8 cores after 600 s']);
    const turned = workers.map((of) => ({ ...of, launchedAt: 2 * NOW - 5100 - of.launchedAt }));
    expect(roomMade(world({ narrow: [16, 10] }, { workers: turned, pool }))).toEqual([
      '1 for 8 cores after 600 s',
    ]);
  });

  it('is made by a worker that was theirs at first, once narrow ones have taken it', () => {
    const workers = [big('i-1', { firstWidth: 8 }), big('i-2', { firstWidth: 8 })];
    expect(roomMade(world({}, { workers }))).toEqual(['2 for 8 cores after 600 s']);
  });

  it('is made by a full worker, where the others run wide ones', () => {
    const given = {
      workers: crowd(4),
      pool: [held('i-1'), taken('i-2'), taken('i-3'), taken('i-4')],
      knobs: { 'max-workers': '4' },
    };
    expect(roomMade(world({ narrow: [24, 10], wide: [1, 1, 900] }, given))).toEqual([
      '2 for 8 cores after 900 s',
    ]);
  });

  it.each<readonly [string, number, Wants, number]>([
    ['for as many as their fair part holds', 20, { narrow: [96, 99], wide: [8, 50] }, 2],
    ['for as many as wait', 20, { narrow: [160, 99], wide: [0, 3] }, 3],
    ['by no more than a quarter of the fleet at once', 20, { narrow: [160, 99], wide: [0, 50] }, 5],
  ])('is made %s', (_, count, wants, drained) => {
    expect(roomMade(world(wants, full(count)))).toHaveLength(drained);
  });

  it.each<readonly [string, Readonly<Record<string, string>>, number]>([
    ['several, where cores are capped', { 'max-cores': '20' }, 4],
    ['one, where workers are: one that takes its place may be large', { 'max-workers': '10' }, 1],
  ])('is made by workers too small for one: %s', (_, knobs, drained) => {
    const workers = Array.from({ length: 10 }, (__, index) => inLedger(idOf(index), JOINED));
    const given = { workers, pool: workers.map(({ instanceId }) => busy(instanceId)), knobs };
    const wants: Wants = { narrow: [20, 10], wide: [0, 1] };
    expect(roomMade({ ...world(wants, given), knobs })).toHaveLength(drained);
  });

  it('is made by the others, as long as fewer than a quarter of the fleet drain', () => {
    const { pool, ...given } = full(20);
    const workers = crowd(20).map((record, index) => (index < 3 ? { ...record, state: DRAINING } : record));
    expect(roomMade(world({ narrow: [160, 99], wide: [0, 50] }, { ...given, pool, workers }))).toHaveLength(
      2,
    );
  });

  it.each<readonly [string, Given]>([
    [
      'on its way',
      {
        workers: [big('i-1'), big('i-3', { launchedAt: NOW - 60 }, { kind: 'booting' })],
        pool: [taken('i-1')],
      },
    ],
    ['being launched', { workers: [big('i-1')], pool: [taken('i-1')], launches: [bigLaunch] }],
  ])('is made though another worker is %s: narrow ones may be the first on that', (_, given) => {
    expect(roomMade(world({ wide: [0, 2] }, given))).toEqual(['1 for 8 cores after 600 s']);
  });

  it('is made by a quarter of the fleet beside those that drain for another cause', () => {
    const workers = crowd(20).map((record, index) => (index < 3 ? { ...record, state: OLD } : record));
    const wants: Wants = { narrow: [160, 99], wide: [0, 50] };
    expect(roomMade(world(wants, { ...full(20), workers }))).toHaveLength(5);
  });

  it('counts what comes free anyhow', () => {
    const workers = crowd(20).map((record, index) => (index < 2 ? { ...record, state: OLD } : record));
    expect(roomMade(world({ narrow: [160, 99], wide: [0, 3] }, { ...full(20), workers }))).toHaveLength(1);
  });

  it.each<readonly [string, Given]>([
    ['they have waited for less than ten minutes', world({ wide: [0, 1, 599] })],
    ['nobody wide waits', world({ wide: [0, 0] })],
    ['nobody narrower does: what comes free stays free', world({ narrow: [15, 0] })],
    ['they have their fair part', world({ narrow: [7, 10], wide: [1, 1, 900] })],
    ['the fleet is not at its cap: one is launched', world({}, { knobs: { 'max-workers': '3' } })],
    ['the fleet is paused', world({}, { knobs: { state: 'paused' } })],
    ['one drains for them already', world({}, { workers: [big('i-1'), big('i-2', {}, DRAINING)] })],
    [
      'one that is theirs at first is on its way',
      world(
        {},
        {
          workers: [big('i-1'), big('i-3', { firstWidth: 8, launchedAt: NOW - 60 }, { kind: 'booting' })],
          pool: [taken('i-1')],
        },
      ),
    ],
    [
      'one is launched for them at this moment',
      world(
        {},
        {
          workers: [big('i-1')],
          pool: [taken('i-1')],
          launches: [{ ...bigLaunch, request: { ...bigLaunch.request, firstWidth: 8 } }],
        },
      ),
    ],
    [
      'what is left of their part, once one that drains for them is theirs, is less than one of them needs',
      world(
        { narrow: [24, 10] },
        {
          ...full(3),
          workers: crowd(3).map((record, index) => (index === 0 ? { ...record, state: DRAINING } : record)),
        },
      ),
    ],
    ['an old endpoint does not say since when they wait', sinceUnknown],
    [
      'their fair part is less than one of them needs',
      world(
        {},
        {
          workers: [inLedger('i-1', JOINED), inLedger('i-2', JOINED)],
          pool: [busy('i-1'), inPool('i-2', { busy: 1, idleSince: null })],
        },
      ),
    ],
    [
      'an operator keeps them',
      world({}, { workers: [big('i-1', { isProtected: true }), big('i-2', { isProtected: true })] }),
    ],
  ])('is not made where %s', (_, given) => {
    expect(roomMade(given)).toEqual([]);
  });
});

describe('room at the cap on workers of one width each', () => {
  const waits = (shape: Shape, running: number, idle: number, seconds: number) => ({
    ...{ shape, running, idle },
    waitingSince: [{ at: VIEWED - seconds, count: idle }],
  });
  /** Four large workers, three of them wide pilots' and full of them: narrow and wide ones wait for so many seconds. */
  const apart = (narrowSeconds: number, wideSeconds: number, wideIdle = 9): Given => ({
    activated: 1000,
    pilots: pilots([waits(NARROW, 8, 40, narrowSeconds), waits(WIDE, 3, wideIdle, wideSeconds)]),
    workers: [...crowd(3).map((record) => ({ ...record, width: 8 })), big('i-4', { width: 1 })],
    pool: [held('i-1'), held('i-2'), held('i-3'), taken('i-4')],
    knobs: { widths: 'apart', 'max-cores': '32' },
  });

  it.each<readonly [string, Given, readonly string[]]>([
    ['is made for narrow ones too', apart(700, 900), ['1 for 1 cores after 700 s']],
    ['is not made where only they wait: what wide ones leave goes', apart(700, 900, 0), []],
    ['is not made before they have waited', apart(500, 900), []],
  ])('%s', (_, given, made) => {
    expect(roomMade(given)).toEqual(made);
  });
});

describe('room for several widths', () => {
  const FOUR: Shape = { ...NARROW, cpus: 4, memoryMb: 8000 };
  const waits = (shape: Shape, seconds: number) => ({
    ...{ shape, running: 0, idle: 9 },
    waitingSince: [{ at: VIEWED - seconds, count: 9 }],
  });
  /** A fleet full of narrow pilots, for whose cores two other widths wait. */
  const both = (four: number, eight: number): Given => ({
    ...full(4),
    activated: 1000,
    pilots: pilots([{ shape: NARROW, running: 32, idle: 9 }, waits(FOUR, four), waits(WIDE, eight)]),
  });

  it.each<readonly [string, number, number, string]>([
    ['the narrower ones', 900, 700, '1 for 4 cores after 900 s'],
    ['the wider ones', 700, 900, '1 for 8 cores after 900 s'],
  ])('is made first for who has waited for the longest: %s', (_, four, eight, made) => {
    expect(roomMade(both(four, eight))[0]).toBe(made);
  });
});

describe('a worker that is launched where widths contend for the cap', () => {
  it('is the wide ones’ at first', () => {
    const given = world({}, { workers: [big('i-1')], pool: [taken('i-1')] });
    const decision = only(planWorkers(workerWorld(given)));
    const requests = decision.kind === 'act' ? decision.launches.map(({ request }) => request) : [];
    expect(requests).toMatchObject([{ count: 1, firstWidth: 8, tags: { 'aerie:first-width': '8' } }]);
  });
});
