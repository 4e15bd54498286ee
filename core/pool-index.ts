import type { PoolView, PoolWorker } from './pool.ts';
import type { WorkerRecord } from './records.ts';

const known = new WeakMap<PoolView, ReadonlyMap<string, PoolWorker>>();

/** The workers of a view by instance id; made once for each view, since several steps of a tick look them up. */
export const workersById = (view: PoolView): ReadonlyMap<string, PoolWorker> => {
  const made = known.get(view);
  if (made !== undefined) return made;
  const byId = new Map<string, PoolWorker>();
  for (const worker of view.workers.workers) byId.set(worker.instanceId, worker);
  known.set(view, byId);
  return byId;
};

/** What a view says of each of the ledger's workers, in their order. */
type Seen = readonly (PoolWorker | undefined)[];

const looked = new WeakMap<readonly WorkerRecord[], { readonly view: PoolView; readonly seen: Seen }>();

/**
 * What the view says of each of these workers; looked up once for the two, since in most ticks the step that reconciles
 * them changes none, and the plan then asks the same.
 */
export const seenOf = (workers: readonly WorkerRecord[], view: PoolView): Seen => {
  const before = looked.get(workers);
  if (before?.view === view) return before.seen;
  const byId = workersById(view);
  const seen = workers.map(({ instanceId }) => byId.get(instanceId));
  looked.set(workers, { view, seen });
  return seen;
};
