import type { PoolView, PoolWorker } from './pool.ts';
import type { WorkerRecord } from './records.ts';

/** A worker as both sides know it; `pool` is undefined while its startd is not in the collector. */
export interface Member {
  readonly record: WorkerRecord;
  readonly pool: PoolWorker | undefined;
}

/** The ledger's workers beside the pool's, both in the order of their instance ids. */
export interface SideBySide {
  readonly members: readonly Member[];
  /** In the pool, and not in the ledger. */
  readonly strangers: readonly PoolWorker[];
}

interface Named {
  readonly instanceId: string;
}

const isInOrder = (workers: readonly Named[]): boolean =>
  workers.every(({ instanceId }, index) => instanceId >= (workers[index - 1]?.instanceId ?? ''));

/** The ledger and the endpoint give them in order: a hundred thousand cost one look each. */
const inOrder = <Of extends Named>(workers: readonly Of[]): readonly Of[] =>
  isInOrder(workers)
    ? workers
    : workers.toSorted((a, b) => (a.instanceId < b.instanceId ? -1 : a.instanceId > b.instanceId ? 1 : 0));

const walk = (workers: readonly WorkerRecord[], view: PoolView): SideBySide => {
  const startds = inOrder(view.workers.workers);
  const strangers: PoolWorker[] = [];
  let next = 0;
  const strangersBefore = (instanceId: string | undefined) => {
    for (let pool = startds[next]; pool !== undefined; next += 1, pool = startds[next]) {
      if (instanceId !== undefined && pool.instanceId >= instanceId) return;
      strangers.push(pool);
    }
  };
  const members = inOrder(workers).map((record): Member => {
    strangersBefore(record.instanceId);
    const pool = startds[next];
    if (pool?.instanceId !== record.instanceId) return { record, pool: undefined };
    next += 1;
    return { record, pool };
  });
  strangersBefore(undefined);
  return { members, strangers };
};

const walked = new WeakMap<
  readonly WorkerRecord[],
  { readonly view: PoolView; readonly found: SideBySide }
>();

/**
 * Puts the ledger's workers and a view's side by side. Done once for the two, since several steps of a tick ask it, and
 * in most ticks the step that reconciles them changes none.
 */
export const sideBySide = (workers: readonly WorkerRecord[], view: PoolView): SideBySide => {
  const before = walked.get(workers);
  if (before?.view === view) return before.found;
  const found = walk(workers, view);
  walked.set(workers, { view, found });
  return found;
};
