import { NOT_IN_COLLECTOR } from '../../core/model/pool.ts';
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

/**
 * The pool in memory: remembers each request id, as the schedd does. `inCollector` are the workers that can be drained;
 * left out: any.
 */
export const memoryPool = (
  idle: Readonly<Record<string, number>> = {},
  inCollector?: readonly string[],
): MemoryPool => {
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
  const located = (act: (id: string) => void) => async (ids: readonly string[]) => {
    const there = ids.filter((id) => inCollector?.includes(id) ?? true);
    for (const id of there) act(id);
    const absent = ids.filter((id) => !there.includes(id));
    return { done: there, failed: absent.map((instanceId) => ({ instanceId, why: NOT_IN_COLLECTOR })) };
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
      drain: located((id) => pool.draining.add(id)),
      undrain: located((id) => pool.draining.delete(id)),
      forget: each((id) => pool.forgotten.add(id)),
    },
  };
};
