import type { PoolView, PoolWorker } from './pool.ts';

const known = new WeakMap<PoolView, ReadonlyMap<string, PoolWorker>>();

/** The workers of a view by instance id; made once for each view, since several steps of a tick look them up. */
export const workersById = (view: PoolView): ReadonlyMap<string, PoolWorker> => {
  const made = known.get(view) ?? new Map(view.workers.workers.map((worker) => [worker.instanceId, worker]));
  known.set(view, made);
  return made;
};
