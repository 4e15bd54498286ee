import { describe, expect, it } from 'vitest';
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

describe('room for wide jobs at the cap', () => {
  it('is made by the emptiest worker that could hold one', () => {
    expect(roomMade(world())).toEqual(['2 for 8 cores after 600 s']);
  });

  it.each<readonly [string, Given]>([
    ['they have waited for less than ten minutes', world({ wide: [0, 1, 599] })],
    ['nobody wide waits', world({ wide: [0, 0] })],
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
          launches: [{ ...openLaunch(1), request: { ...openLaunch(1).request, firstWidth: 8 } }],
        },
      ),
    ],
    [
      'all workers are too small for one',
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

describe('a worker that is launched where widths contend for the cap', () => {
  it('is the wide ones’ at first', () => {
    const given = world({}, { workers: [big('i-1')], pool: [taken('i-1')] });
    const decision = only(planWorkers(workerWorld(given)));
    const requests = decision.kind === 'act' ? decision.launches.map(({ request }) => request) : [];
    expect(requests).toMatchObject([{ count: 1, firstWidth: 8, tags: { 'aerie:first-width': '8' } }]);
  });
});
