import { paceNow } from '../../../learn/pace.ts';
import type { PlannedLaunch, WorkerDecision } from '../../../model/decision.ts';
import type { LedgerView } from '../../../model/ledger.ts';
import { distinct, type Reason } from '../../../model/reason.ts';
import { type Breakers, breakers } from './breakers.ts';

type Memory = Pick<LedgerView, 'workers' | 'launches' | 'pace' | 'boots'>;

interface Curbed {
  readonly launches: readonly PlannedLaunch[];
  readonly why: readonly Reason[];
  /** How many breakers keep something back. */
  readonly open: number;
}

/** Launches one after the other through the breakers, and as many workers of them as are left for this tick. */
const curb = (launches: readonly PlannedLaunch[], broken: Breakers, left: { workers: number }): Curbed => {
  const kept: PlannedLaunch[] = [];
  const why: Reason[] = [];
  const open = new Set<string>();
  for (const planned of launches) {
    const { count, overrides, ...because } = broken(planned);
    const granted = Math.min(count, left.workers);
    left.workers -= granted;
    why.push(...because.why);
    for (const kind of because.open) open.add(kind);
    if (granted > 0) kept.push({ ...planned, request: { ...planned.request, count: granted, overrides } });
  }
  return { launches: kept, why: distinct(why), open: open.size };
};

const sizeOf = (launches: readonly PlannedLaunch[]): number =>
  launches.reduce((n, { request }) => n + request.count, 0);

/**
 * What is left of the decisions of a tick after the brakes that all queues share: EC2's throttling and the circuit
 * breaker. Less is launched, never more, and the reason is said.
 */
export const curbed = (
  decisions: readonly WorkerDecision[],
  memory: Memory,
  now: number,
): readonly WorkerDecision[] => {
  const pace = paceNow(memory.pace, now);
  const left = { workers: pace?.most ?? Number.POSITIVE_INFINITY };
  const broken = breakers(memory.boots ?? [], memory, now);
  return decisions.map((decision) => {
    if (decision.kind !== 'act' || decision.launches.length === 0) return decision;
    const before = left.workers;
    const { launches, why, open } = curb(decision.launches, broken, left);
    const isPaced = pace !== undefined && sizeOf(decision.launches) > before;
    const told = {
      ...decision,
      why: [...decision.why, ...why, ...(isPaced ? [pace.why] : [])],
      counts: open > 0 ? { ...decision.counts, breakersOpen: open } : decision.counts,
    };
    if (launches.length > 0 || decision.retirements.length > 0) return { ...told, launches };
    const { queue, at, counts } = told;
    return { kind: 'rest', queue, at, counts, why: told.why };
  });
};
