import type { PoolWorker } from '../core/model/pool.ts';
import type { SeenWorker } from './slot.ts';

/** Adds to each worker since when no job has run there. */
export type IdleSince = (workers: readonly SeenWorker[], now: number) => readonly PoolWorker[];

/** A worker unseen for longer is gone, or begins anew. */
const REMEMBERED_SECONDS = 3600;

interface Memory {
  readonly busyAt: number;
  readonly seenAt: number;
}

/**
 * The collector does not say when a partitionable slot's last job ended: its own times move for other reasons too.
 * What the endpoint has not seen it does not claim: a worker that joined before `startedAt`, the endpoint's own start,
 * counts as idle from there at the earliest.
 */
export const idleSince = (startedAt: number): IdleSince => {
  const memories = new Map<string, Memory>();
  return (workers, now) => {
    const seen = workers.map((worker): PoolWorker => {
      const before = memories.get(worker.instanceId)?.busyAt ?? startedAt;
      const busyAt = worker.busy > 0 ? now : before;
      memories.set(worker.instanceId, { busyAt, seenAt: now });
      // A worker that joined later began idle, unless it was seen busy after that.
      const since = Math.max(worker.joinedAt, busyAt);
      return { ...worker, idleSince: worker.busy > 0 ? null : since };
    });
    for (const [id, { seenAt }] of memories) if (now - seenAt > REMEMBERED_SECONDS) memories.delete(id);
    return seen;
  };
};
