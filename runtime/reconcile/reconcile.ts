import { countBoots, mergedBoots } from '../../core/learn/boots.ts';
import { countJoins, mergedJoins } from '../../core/learn/joins.ts';
import type { Ledger } from '../../core/ledger.ts';
import { isOfEc2 } from '../../core/model/clouds.ts';
import type { LedgerView } from '../../core/model/ledger.ts';
import type { PoolView } from '../../core/model/pool.ts';
import type { BootOutcome, Change, WorkerRecord } from '../../core/model/worker.ts';
import { sideBySide } from '../../core/observe/fleet.ts';
import type { Cloud, Consoles, PoolWorkers } from '../../core/ports.ts';
import { next } from '../../core/write/life.ts';
import { newsOf } from '../../core/write/looked.ts';
import { applied, doubtful, joinedOf, reconcileCloud, reconcilePool } from '../../core/write/reconcile.ts';
import type { Looked } from '../observe/look-at-cloud.ts';
import type { Failures } from '../run/failures.ts';
import { forEach } from '../run/parallel.ts';
import type { TimeLeft } from '../run/time-left.ts';
import { describeEach } from './describe-each.ts';
import { endFailed } from './end-failed.ts';
import { endedBoots, hearEnded, keepLastWords, type LastWords } from './failed-boots.ts';

export interface ReconcilePorts {
  readonly cloud: Pick<Cloud, 'describe' | 'terminate'>;
  readonly consoles: Consoles;
  readonly ledger: Pick<Ledger, 'workers' | 'learned' | 'ends'>;
  readonly poolWorkers: PoolWorkers;
  readonly timeLeft: TimeLeft;
}

const record = async (changes: readonly Change[], ports: ReconcilePorts, now: number): Promise<void> => {
  await forEach(changes, (change) => ports.ledger.workers.change(change, now));
};

/**
 * Counts boots that are over, before anything else is written of them: for the breaker, which no boot counted again
 * changes, and for the time that boots take.
 */
const count = async (
  ledger: LedgerView,
  outcomes: readonly BootOutcome[],
  ports: ReconcilePorts,
): Promise<LedgerView> => {
  const known = ledger.boots ?? [];
  const changed = countBoots(known, outcomes);
  const joins = countJoins(ledger.joins ?? [], outcomes);
  if (changed.length === 0 && joins.length === 0) return ledger;
  await forEach(changed, (boots) => ports.ledger.learned.boots(boots));
  await forEach(joins, (of) => ports.ledger.learned.joins(of));
  return {
    ...ledger,
    boots: mergedBoots(known, changed),
    joins: mergedJoins(ledger.joins ?? [], joins),
  };
};

/** Workers that never joined, and what is known of why. */
interface FailedBoots {
  readonly failed: readonly WorkerRecord[];
  readonly words: LastWords;
}

/** Counts workers that never joined, and keeps what is known of them for the operator. */
export const countFailed = async (
  ledger: LedgerView,
  { failed, words }: FailedBoots,
  ports: ReconcilePorts,
  now: number,
): Promise<LedgerView> => {
  const counted = await count(
    ledger,
    failed.map((worker) => ({ worker, joined: false })),
    ports,
  );
  await keepLastWords(failed, words, ports.ledger.ends, now);
  return counted;
};

/** Whose ads are of no use any more: the ledger lets go of them, or they have no power. */
const withoutAd = (changes: readonly Change[]): readonly string[] =>
  changes
    .filter(({ to, worker }) => to === 'gone' || (to.kind === 'asleep' && worker.state.kind !== 'asleep'))
    .map(({ worker }) => worker.instanceId);

/** Workers whose end may have gone unnoticed: asked about at their clouds, and forgotten if it has come. */
const reconcileEnded = async (
  workers: readonly WorkerRecord[],
  asked: readonly string[],
  ports: ReconcilePorts,
  now: number,
): Promise<readonly WorkerRecord[]> => {
  if (asked.length === 0) return workers;
  const each = await describeEach(ports.cloud, asked, now);
  const changes = each.flatMap((of) => reconcileCloud(workers, of.asked, of.shown, now));
  const over = withoutAd(changes);
  // The pool first: once the ledger has let go of them, nobody would forget their ads any more.
  if (over.length > 0) await ports.poolWorkers.forget(over);
  await record(changes, ports, now);
  return applied(workers, changes);
};

/** Whom a cloud without events has to be asked about besides; nobody is asked about while it does not answer. */
const withLooked = (
  asked: readonly string[],
  workers: readonly WorkerRecord[],
  looked: Looked | undefined,
): readonly string[] => {
  if (looked === undefined) return asked;
  if (looked.seen.kind === 'unknown') return asked.filter(isOfEc2);
  return [...new Set([...asked, ...newsOf(workers, looked.seen.value)])];
};

/** The ledger, and why machines have failed that are not there any more to be asked. */
interface Mended {
  readonly ledger: LedgerView;
  readonly reasons: LastWords['reasons'];
}

/** Lets go of workers whose machines a cloud had accepted and then refused, or has broken. */
const withoutFailed = async (
  ledger: LedgerView,
  looked: Looked | undefined,
  ports: ReconcilePorts,
  now: number,
): Promise<Mended> => {
  if (looked?.seen.kind !== 'known') return { ledger, reasons: new Map() };
  const { changes, cooling, reasons } = await endFailed(ledger.workers, looked.seen.value, ports, now);
  const over = withoutAd(changes.filter(({ worker }) => worker.state.kind !== 'booting'));
  if (over.length > 0) await ports.poolWorkers.forget(over);
  await record(changes, ports, now);
  const workers = applied(ledger.workers, changes);
  return { ledger: { ...ledger, workers, cooling: [...ledger.cooling, ...cooling] }, reasons };
};

/** Workers that have ended without joining are counted, with their cloud's reason for it, and then they are gone. */
const buryFailed = async (
  { ledger, reasons }: Mended,
  ports: ReconcilePorts,
  now: number,
): Promise<LedgerView> => {
  const failed = ledger.workers.filter(({ state }) => state.kind === 'failed');
  if (failed.length === 0) return ledger;
  const heard = await hearEnded(failed, ports, now);
  const words = { ...heard, reasons: new Map([...heard.reasons, ...reasons]) };
  const counted = await countFailed(ledger, { failed, words }, ports, now);
  const changes = failed.map((worker) => ({
    worker,
    to: next(worker.state, { kind: 'counted', at: now }),
  }));
  await record(changes, ports, now);
  const workers = applied(counted.workers, changes);
  return { ...counted, workers, endedBoots: endedBoots(failed, words) };
};

/**
 * Most workers whose joining is written down in one tick: each is a write, and two thousand take a quarter of a core some
 * 7 s. The others stay booting in the ledger, and in the pool they are all the same; the next ticks write them.
 */
const MOST_JOINS = 2_000;

/** The changes that one tick writes: all but joins beyond their number. */
const withinReach = (changes: readonly Change[]): readonly Change[] => {
  const joins = changes.filter((change) => joinedOf([change]).length > 0);
  const later = new Set(joins.slice(MOST_JOINS));
  return changes.filter((change) => !later.has(change));
};

interface Reconciling {
  readonly failures: Failures;
  readonly now: number;
  /** What the cloud beside EC2 has; absent: the stage has none. */
  readonly looked?: Looked | undefined;
}

/**
 * Lets the ledger follow what a cloud without events shows, and nothing of the pool: where events come they are written down
 * whatever the pool's view is like.
 */
export const followCloud = async (
  ledger: LedgerView,
  ports: ReconcilePorts,
  { failures, now, looked }: Reconciling,
): Promise<LedgerView> => {
  const { workers } = ledger;
  const asked = looked?.seen.kind === 'known' ? newsOf(workers, looked.seen.value) : [];
  const left = await failures.during(() => reconcileEnded(workers, asked, ports, now));
  return { ...ledger, workers: left ?? workers };
};

/** Brings the ledger's workers in line with the pool's view and, where their end may have been missed, with EC2. */
export const reconcile = async (
  ledger: LedgerView,
  view: PoolView,
  ports: ReconcilePorts,
  { failures, now, looked }: Reconciling,
): Promise<LedgerView> => {
  const { members } = sideBySide(ledger.workers, view);
  const changes = withinReach(reconcilePool(ledger.workers, view, now, members));
  const joined = joinedOf(changes);
  const counted = await count(ledger, joined, ports);
  await record(changes, ports, now);
  const workers = applied(ledger.workers, changes);
  const left = await failures.during(() => {
    const doubted =
      changes.length === 0 ? doubtful(workers, view, now, members) : doubtful(workers, view, now);
    return reconcileEnded(workers, withLooked(doubted, workers, looked), ports, now);
  });
  const asked = { ...counted, workers: left ?? workers };
  const mended = await failures.during(() => withoutFailed(asked, looked, ports, now));
  const after = mended ?? { ledger: asked, reasons: new Map() };
  return (await failures.during(() => buryFailed(after, ports, now))) ?? after.ledger;
};
