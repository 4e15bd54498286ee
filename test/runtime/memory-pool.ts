import type { PoolPilots, PoolWorkers } from '../../core/ports.ts';

export interface MemoryPool {
  readonly port: PoolPilots & PoolWorkers;
  /** Pilots in the schedd by request id. */
  readonly submitted: Map<string, number>;
  /** Idle pilots by queue, from which those that are removed go. */
  readonly idle: Map<string, number>;
  readonly draining: Set<string>;
  readonly forgotten: Set<string>;
}

/** The pool in memory: remembers each request id, as the schedd does. */
export const memoryPool = (idle: Readonly<Record<string, number>> = {}): MemoryPool => {
  const pool = {
    submitted: new Map<string, number>(),
    idle: new Map(Object.entries(idle)),
    draining: new Set<string>(),
    forgotten: new Set<string>(),
  };
  const each = (act: (id: string) => void) => async (ids: readonly string[]) => {
    for (const id of ids) act(id);
    return { done: [...ids], failed: [] };
  };
  return {
    ...pool,
    port: {
      async submit({ requestId, count }) {
        const before = pool.submitted.get(requestId);
        pool.submitted.set(requestId, before ?? count);
        return { submitted: before ?? count, repeated: before !== undefined };
      },
      async remove({ queue, count, leave }) {
        const before = pool.idle.get(queue) ?? 0;
        const removed = Math.max(0, Math.min(count, before - leave));
        pool.idle.set(queue, before - removed);
        return removed;
      },
      drain: each((id) => pool.draining.add(id)),
      undrain: each((id) => pool.draining.delete(id)),
      forget: each((id) => pool.forgotten.add(id)),
    },
  };
};
