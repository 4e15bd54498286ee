import type { CoolingRecord } from './records.ts';
import type { Refusal, RefusalClass } from './refusals.ts';

const DAY = 86_400;

/**
 * How long a refused offer is not asked again. Capacity comes back within minutes (Karpenter waits 3, ParallelCluster
 * 10); a quota only when something ends or a person raises it; a type in a zone when AWS brings it there. A class that
 * is not here says nothing of the offer.
 */
const COOLING_SECONDS: Readonly<Partial<Record<RefusalClass, number>>> = {
  capacity: 300,
  quota: 600,
  configuration: 600,
  unsupported: DAY,
};

/** The offers to leave alone for a while after a launch was refused in part. */
export const coolingOf = (refusals: readonly Refusal[], now: number): readonly CoolingRecord[] =>
  refusals.flatMap(({ offer, class: kind, why }) => {
    const seconds = COOLING_SECONDS[kind];
    return seconds === undefined ? [] : [{ offer, until: now + seconds, why, class: kind }];
  });
