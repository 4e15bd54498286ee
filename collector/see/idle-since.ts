import type { PoolWorker } from '../../core/model/pool.ts';
import { type Happened, told } from './moments.ts';
import type { SeenWorker } from './slot.ts';

/** Adds to each worker since when no job has run there. */
export type Idle = (workers: readonly SeenWorker[]) => readonly PoolWorker[];

/** To be called at the moment `now` of a view, before the collector is asked: what it answers is of then or later. */
export type IdleSince = (now: number) => Idle;

/** A worker unseen for longer is gone, or begins anew. */
const REMEMBERED_SECONDS = 3600;

/** That a view saw it busy. */
interface Memory extends Happened {
  /** On the clock that only goes forward. */
  readonly seenAt: number;
}

/**
 * The collector does not say when a partitionable slot's last job ended: its own times move for other reasons too.
 * What the endpoint has not seen it does not claim: a worker that joined before the endpoint's own start counts as idle
 * from there at the earliest. `elapsed` gives seconds that only go forward: a clock that is set makes nobody idle.
 */
export const idleSince = (elapsed: () => number): IdleSince => {
  const startedAt = elapsed();
  const nothing = { at: startedAt, toldAt: Number.NEGATIVE_INFINITY };
  const memories = new Map<string, Memory>();
  return (now) => {
    const here = elapsed();
    return (workers) => {
      const seen = workers.map((worker): PoolWorker => {
        const before = memories.get(worker.instanceId) ?? nothing;
        // A view that was begun earlier may be through later.
        const isNews = worker.busy > 0 && here >= before.at;
        const { at, toldAt } = isNews ? { at: here, toldAt: now } : before;
        memories.set(worker.instanceId, { at, toldAt, seenAt: here });
        const busyUntil = told({ at, toldAt }, { now, here });
        // A worker that joined later began idle, unless it was seen busy after that.
        const since = Math.min(now, Math.max(worker.joinedAt, busyUntil));
        return { ...worker, idleSince: worker.busy > 0 ? null : since };
      });
      for (const [id, { seenAt }] of memories) if (here - seenAt > REMEMBERED_SECONDS) memories.delete(id);
      return seen;
    };
  };
};
