import { describe, expect, it } from 'vitest';
import { compare } from '../../../core/audit/compare.ts';
import type { PoolView } from '../../../core/model/pool.ts';
import { known } from '../../../core/model/snapshot.ts';
import type { WorkerRecord, WorkerState } from '../../../core/model/worker.ts';
import { reconcilePool } from '../../../core/write/reconcile.ts';
import { ID, instance } from '../../runtime/audit-sides.ts';
import { planWorkers } from '../planning.ts';
import {
  inLedger,
  inPool,
  JOINED,
  NOW,
  only,
  pilots,
  poolView,
  STAGE,
  stageSettings,
  workerWorld,
} from '../worlds.ts';

const WHY = 'DaemonStartTime is -1';
const OTHER = 'i-00000002';
const CAUSE = { kind: 'told', words: 'x' } as const;

const viewOf = (ids: readonly string[], given: Partial<PoolView> = {}): PoolView => {
  const view = poolView([pilots({ idle: 2 })], [inPool(OTHER, { idleSince: NOW - 100_000 })], given);
  const unreadable = ids.map((instanceId) => ({ instanceId, why: WHY }));
  return { ...view, workers: { ...view.workers, unreadable } };
};

const plan = (worker: WorkerRecord, ids = [ID]) => {
  const world = workerWorld({ workers: [worker, inLedger(OTHER, JOINED)] });
  return only(planWorkers({ ...world, pool: known(viewOf(ids), NOW - 10) }));
};
const stepsOf = (worker: WorkerRecord, ids = [ID]) => {
  const decision = plan(worker, ids);
  return decision.kind === 'act'
    ? decision.retirements.filter(({ instanceId }) => instanceId === ID).map(({ step }) => step)
    : [];
};

describe('a worker whose ad cannot be read', () => {
  const STATES: readonly (readonly [string, WorkerState, number])[] = [
    ['boots since long', { kind: 'booting' }, NOW - 100_000],
    ['is missing since long', { kind: 'missing', since: NOW - 50_000, joinedAt: NOW - 60_000 }, NOW - 60_000],
    ['drains since more than an hour', { kind: 'draining', since: NOW - 3_700, cause: CAUSE }, NOW - 60_000],
    [
      'drains since more than an hour and had not joined',
      { kind: 'draining', since: NOW - 3_700, cause: CAUSE, unjoined: true },
      NOW - 60_000,
    ],
  ];

  it.each(STATES)(
    'is not ended as gone where it %s, as it would be out of the collector',
    (_, state, launchedAt) => {
      const worker = inLedger(ID, state, { launchedAt });
      expect(stepsOf(worker, [])).toEqual(['terminate']);
      // Whether its drain took hold its ad does not say: it is ordered again, and its deadline stays.
      expect(stepsOf(worker)).toEqual(state.kind === 'draining' ? ['drain'] : []);
    },
  );

  it('is neither idle nor room: nothing is said of it, and the fleet goes on', () => {
    const decision = plan(inLedger(ID, JOINED));
    expect(decision.kind).toBe('act');
    expect(stepsOf(inLedger(ID, JOINED))).toEqual([]);
    expect(decision.counts).toMatchObject({ workersLive: 2, workersDisbelieved: 1 });
  });

  it('is drained when it is too old, and ended when its drain is overdue', () => {
    const old = { launchedAt: NOW - 10_000_000 };
    expect(stepsOf(inLedger(ID, JOINED, old))).toEqual(['drain']);
    expect(stepsOf(inLedger(ID, { kind: 'draining', since: NOW - 9_000_000, cause: CAUSE }, old))).toEqual([
      'terminate',
    ]);
  });

  it('is named in the decision of its fleet, with the reason', () => {
    expect(plan(inLedger(ID, JOINED)).why).toContainEqual({
      kind: 'workers-unreadable',
      workers: 1,
      instanceId: ID,
      words: WHY,
    });
    expect(JSON.stringify(plan(inLedger(ID, JOINED), []))).not.toContain('workers-unreadable');
  });

  it('does not make the collector look young', () => {
    const view = viewOf([ID], { collectorStartedAt: NOW - 60 });
    const world = workerWorld({ workers: [inLedger(ID, JOINED), inLedger(OTHER, JOINED)] });
    expect(only(planWorkers({ ...world, pool: known(view, NOW - 10) })).kind).toBe('act');
  });

  it.each([['booting'], ['joined'], ['missing']] as const)('stays what it was: %s', (kind) => {
    const state: WorkerState =
      kind === 'booting'
        ? { kind }
        : kind === 'joined'
          ? JOINED
          : { kind, since: NOW - 60, joinedAt: NOW - 900 };
    expect(reconcilePool([inLedger(ID, state)], viewOf([ID]))).toEqual([]);
  });
});

describe('the audit of a worker whose ad cannot be read', () => {
  const found = (workers: readonly WorkerRecord[], instances = [instance({ launchedAt: NOW - 100_000 })]) =>
    compare({
      now: NOW,
      stage: STAGE,
      ...stageSettings(),
      instances,
      ledger: { workers, launches: [], unread: [] },
      pool: viewOf([ID]),
    })
      .filter(({ subject }) => subject === ID)
      .map(({ name, remedy }) => `${name}: ${remedy.kind}`);

  it('neither adopts nor ends one that the ledger does not know', () => {
    expect(found([])).toEqual(['unknown-instance: report']);
  });

  it('does not take it for one that never joined', () => {
    expect(found([inLedger(ID, { kind: 'booting' }, { launchedAt: NOW - 100_000 })])).toEqual([]);
  });

  it('does not take it for lost where EC2 does not show it', () => {
    expect(found([inLedger(ID, JOINED)], [])).toEqual([]);
  });
});
