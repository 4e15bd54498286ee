import { TAG } from '../../core/model/names.ts';
import type { Clock } from '../../twin/clock/clock.ts';
import type { Invocation } from './gate.ts';

/** The tags with which an operator protects workers, and since when nobody may touch them. */
export interface Protection {
  mark(instanceId: string): void;
  /** Takes all tags off. */
  lift(): void;
  tagsOf(instanceId: string): Readonly<Record<string, string>>;
  /** The ledger has the mark from now on. */
  noted(instanceId: string): void;
  /** Whether a run may not drain or end a worker: the audit sees the tag itself, a tick sees the ledger. */
  forbids(instanceId: string, by: Invocation): boolean;
}

const MARKED = { [TAG.protected]: 'yes' } as const;
const UNMARKED = {} as const;

/** `shown`: hears which tags a worker has of it from now on. */
export const protection = (
  clock: Clock,
  shown: (instanceId: string, tags: Readonly<Record<string, string>>) => void,
): Protection => {
  const marked = new Map<string, number>();
  const noted = new Map<string, number>();
  return {
    mark(instanceId) {
      if (!marked.has(instanceId)) marked.set(instanceId, clock.now);
      shown(instanceId, MARKED);
    },
    lift() {
      for (const instanceId of marked.keys()) shown(instanceId, UNMARKED);
      marked.clear();
      noted.clear();
    },
    tagsOf: (instanceId) => (marked.has(instanceId) ? MARKED : UNMARKED),
    noted(instanceId) {
      if (marked.has(instanceId) && !noted.has(instanceId)) noted.set(instanceId, clock.now);
    },
    forbids(instanceId, { of, moment, startedAt }) {
      // What spot takes back is drained all the same: its jobs are lost otherwise.
      if (of === 'events') return false;
      if (of === 'audit') return startedAt > (marked.get(instanceId) ?? Number.POSITIVE_INFINITY);
      // A repeat of a tick does what was decided at its moment.
      return moment > (noted.get(instanceId) ?? Number.POSITIVE_INFINITY);
    },
  };
};
