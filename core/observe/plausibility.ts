import type { PoolView } from '../model/pool.ts';
import type { Reason } from '../model/reason.ts';
import { type Fact, fresh, type Snapshot } from '../model/snapshot.ts';
import type { WorkerRecord } from '../model/worker.ts';
import { type Facts, implausible, RECENT_SECONDS } from './facts.ts';
import { sideBySide } from './fleet.ts';

/**
 * A collector that has just started has not heard of its workers again: the first update of each startd is lost, the
 * next comes one update interval (300 s) later. Twice that.
 */
const YOUNG_COLLECTOR_SECONDS = 600;

/** Whether the collector has started so lately that a worker which it does not show may be in the pool all the same. */
export const isYoung = ({ pool, viewedAt }: Pick<Facts, 'pool' | 'viewedAt'>): boolean =>
  viewedAt - pool.collectorStartedAt < YOUNG_COLLECTOR_SECONDS;

const hasJoined = ({ state }: WorkerRecord): boolean =>
  state.kind === 'joined' || state.kind === 'missing' || state.kind === 'draining';

/** Why nothing may be done to workers yet: the collector has just started, and has not heard of all of them again. */
export const collectorRestarted = (facts: Facts, workers: readonly WorkerRecord[]): Reason | undefined => {
  if (!isYoung(facts)) return undefined;
  const { members } = sideBySide(workers, facts.pool);
  const absent = members.filter(({ record, pool }) => pool === undefined && hasJoined(record)).length;
  const age = facts.viewedAt - facts.pool.collectorStartedAt;
  return absent === 0
    ? undefined
    : { kind: 'collector-young', ageSeconds: Math.round(age), absentWorkers: absent };
};

/** An update interval of the startds: where only the collector or a query was at fault, all are back after it. */
const DROP_SECONDS = 300;

/** So few workers may well leave together. */
const FEW_WORKERS = 3;

const DROP_SHARE = 1 / 3;

/**
 * Why a view is not believed that a good part of the workers have left at once, though EC2 has not said that they have
 * ended. For a while; then it is taken for a fact. `at`: the moment up to which ages count.
 */
export const suddenDrop = (workers: readonly WorkerRecord[], at: number): Reason | undefined => {
  let inPool = 0;
  let left = 0;
  for (const { state } of workers) {
    if (state.kind === 'joined') inPool += 1;
    else if (state.kind === 'missing' && at - state.since <= DROP_SECONDS) left += 1;
  }
  if (left < FEW_WORKERS || left < (inPool + left) * DROP_SHARE) return undefined;
  return { kind: 'workers-vanished', vanished: left, joined: inPool + left };
};

/**
 * The pool's view, if the audit may act on it: recent, because it is held against EC2 as it is now, whole, and of a
 * collector that has heard of all its workers.
 */
export const wholePool = (snapshot: Snapshot<PoolView>, now: number): Fact<PoolView> => {
  const pool = fresh('pool', snapshot, now, RECENT_SECONDS);
  if (!pool.ok) return pool;
  const doubt = implausible(pool.value);
  if (doubt !== undefined) return { ok: false, why: doubt };
  const { observedAt, collectorStartedAt } = pool.value;
  const age = Math.round(observedAt - collectorStartedAt);
  return isYoung({ pool: pool.value, viewedAt: observedAt })
    ? { ok: false, why: { kind: 'collector-young', ageSeconds: age } }
    : pool;
};
