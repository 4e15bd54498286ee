import { describe, expect, it } from 'vitest';
import type { Boots } from '../../../../../core/model/learned.ts';
import type { PoolWorker } from '../../../../../core/model/pool.ts';
import { shapeKey } from '../../../../../core/model/resources.ts';
import { known } from '../../../../../core/model/snapshot.ts';
import type { WorkerRecord } from '../../../../../core/model/worker.ts';
import { claimsIn } from '../../../../../core/observe/claims.ts';
import { establish } from '../../../../../core/observe/facts.ts';
import { planWorkers } from '../../../planning.ts';
import {
  busy,
  fleet,
  type Given,
  inLedger,
  inPool,
  JOINED,
  NARROW,
  NOW,
  only,
  openLaunch,
  pilots,
  poolView,
  WIDE,
  workerWorld,
} from '../../../worlds.ts';

const VIEWED = NOW - 10;
const SMALL = shapeKey(NARROW);
const KIND = `jobs default ${SMALL}`;

/** So many in a row that no job claimed, the last of them launched so many seconds ago. */
const missed = (count: number, seconds: number): Boots => ({
  kind: KIND,
  boots: Array.from({ length: count }, (_, n) => ({
    ...{ instanceId: `i-0${n}`, launchedAt: NOW - seconds - 60 * (count - 1 - n), joined: false },
  })),
});

const waits = (given: Given): Given => ({ activated: 20, pilots: pilots({ idle: 20 }), ...given });
const launched = (given: Given) => {
  const decision = only(planWorkers(workerWorld(waits(given))));
  return decision.kind === 'act' ? decision.launches.map(({ request }) => request.count) : [];
};

describe('jobs that do not take the machines that are launched for them', () => {
  it.each<readonly [string, Given, readonly number[]]>([
    ['are launched for while two were not taken', { boots: [missed(2, 60)] }, [10]],
    ['are launched for no more once three were not', { boots: [missed(3, 1800)] }, []],
    ['get one to see, half an hour later', { boots: [missed(3, 1801)] }, [1]],
    [
      'get none to see while one is on its way',
      {
        boots: [missed(3, 1801)],
        launches: [{ ...openLaunch(1), request: { ...openLaunch(1).request, meantFor: SMALL } }],
      },
      [],
    ],
    [
      'get none to see where one was launched lately',
      {
        boots: [missed(3, 1801)],
        workers: [inLedger('i-1', JOINED, { meantFor: SMALL, launchedAt: NOW - 1800 })],
        pool: [busy('i-1')],
      },
      [],
    ],
    [
      'get one to see, whichever are launched to be kept',
      {
        boots: [missed(3, 1801)],
        workers: [inLedger('i-1', JOINED, { meantFor: SMALL, launchedAt: NOW - 60, kept: true })],
        pool: [busy('i-1')],
        knobs: { 'min-workers': '3' },
      },
      [1, 2],
    ],
    [
      'keep nobody of another shape waiting',
      { boots: [{ ...missed(3, 60), kind: `jobs default ${shapeKey(WIDE)}` }] },
      [10],
    ],
    ['keep no other fleet waiting', { boots: [{ ...missed(3, 60), kind: `jobs gpu ${SMALL}` }] }, [10]],
  ])('%s', (_, given, expected) => {
    expect(launched(given)).toEqual(expected);
  });

  it('wake one sleeper to see, and none while one was woken lately, however old', () => {
    const asleep = (id: string) =>
      inLedger(id, { kind: 'asleep', since: NOW - 600 }, { launchedAt: NOW - 20_000, meantFor: 'others' });
    const woken = (seconds: number) =>
      inLedger('i-9', JOINED, {
        ...{ launchedAt: NOW - 20_000, meantFor: SMALL, mayStop: true },
        sleeps: [[NOW - 9000, NOW - seconds]],
      });
    const wakes = (given: Given) => {
      const decision = only(planWorkers(workerWorld(waits({ boots: [missed(3, 1801)], ...given }))));
      return decision.kind === 'act' ? (decision.wakes ?? []).length : 0;
    };
    const sleepers = [asleep('i-1'), asleep('i-2')];
    expect(wakes({ workers: sleepers })).toBe(1);
    expect(wakes({ workers: [...sleepers, woken(1801)], pool: [busy('i-9')] })).toBe(1);
    expect(wakes({ workers: [...sleepers, woken(60)], pool: [busy('i-9')] })).toBe(0);
  });

  it('are told and counted', () => {
    const decision = only(planWorkers(workerWorld(waits({ boots: [missed(3, 60)] }))));
    expect(decision.why).toContainEqual({ kind: 'workers-unclaimed', workers: 3, jobs: SMALL });
    expect(decision.counts.jobsRefusing).toBe(1);
  });
});

/** What is known of the claims on one worker that was launched for narrow jobs. */
const outcomes = (
  ad: Partial<PoolWorker>,
  {
    record = {},
    idle = 1,
    before = [],
  }: { record?: Partial<WorkerRecord>; idle?: number; before?: readonly Boots[] } = {},
) => {
  const established = establish({
    now: NOW,
    panda: known({}, NOW),
    sites: known({}, NOW),
    pool: known(poolView([pilots({ idle })], [inPool('i-1', ad)]), VIEWED),
  });
  if (!established.ok) throw new Error('expected facts');
  const worker = inLedger('i-1', JOINED, { meantFor: SMALL, ...record });
  return claimsIn(established.facts, [worker], [fleet()], before);
};

const claims = (...given: Parameters<typeof outcomes>) => outcomes(...given).map(({ claimed }) => claimed);

describe('whether a worker is claimed', () => {
  /** Empty since it came, for nearly as long as it lingers: 180 s. */
  const empty = { joinedAt: VIEWED - 150, idleSince: VIEWED - 150 };
  const once = { before: [missed(1, 3600)] };

  it('is dated by its wake: for those jobs it is there since then', () => {
    const woken = VIEWED - 180;
    const record: Partial<WorkerRecord> = { launchedAt: NOW - 20_000, sleeps: [[NOW - 9000, woken]] };
    expect(outcomes(empty, { record }).map(({ worker }) => worker.launchedAt)).toEqual([woken]);
  });

  it.each<readonly [string, () => readonly boolean[], readonly boolean[]]>([
    ['no: it is empty while such jobs wait', () => claims(empty), [false]],
    [
      'nobody knows yet: it has just come',
      () => claims({ joinedAt: VIEWED - 149, idleSince: VIEWED - 149 }),
      [],
    ],
    ['nobody knows: no such job waits', () => claims(empty, { idle: 0 }), []],
    ['nobody knows: other jobs wait', () => claims(empty, { record: { meantFor: shapeKey(WIDE) } }), []],
    [
      'nobody knows: jobs of another fleet wait',
      () => claims({ ...empty, fleet: 'gpu' }, { record: { fleet: 'gpu' } }),
      [],
    ],
    [
      'no: its first ads came within half a minute',
      () => claims({ ...empty, idleSince: VIEWED - 120 }),
      [false],
    ],
    ['nobody asks: it was busy for a moment', () => claims({ ...empty, idleSince: VIEWED - 119 }), []],
    ['nobody asks: it drains', () => claims({ ...empty, draining: true }), []],
    ['nobody asks: it is kept whatever waits', () => claims(empty, { record: { kept: true } }), []],
    [
      'nobody asks: a job has run there, and none was missed',
      () => claims({ joinedAt: VIEWED - 900, idleSince: VIEWED - 60 }),
      [],
    ],
    [
      'yes: a job has run there, where one was missed before',
      () => claims({ joinedAt: VIEWED - 900, idleSince: VIEWED - 60 }, once),
      [true],
    ],
    [
      'yes: a job runs there, where one was missed before',
      () => claims({ busy: 1, idleSince: null }, once),
      [true],
    ],
  ])('%s', (_, found, expected) => {
    expect(found()).toEqual(expected);
  });
});
