import type { Refusal } from './ports.ts';
import type { CoolingRecord } from './records.ts';

/**
 * How long a refused offer is not asked again. Capacity comes back within minutes (Karpenter waits 3, ParallelCluster
 * 10); a quota only when something ends or a person raises it.
 */
const COOLING_SECONDS = { capacity: 300, quota: 600, configuration: 600 } as const;

/** The offers to leave alone for a while after a launch was refused in part. */
export const coolingOf = (refusals: readonly Refusal[], now: number): readonly CoolingRecord[] =>
  refusals.map(({ offer, class: kind, why }) => ({ offer, until: now + COOLING_SECONDS[kind], why }));
