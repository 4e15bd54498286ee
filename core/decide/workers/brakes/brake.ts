import type { WorkerDecision } from '../../../model/decision.ts';
import type { Shared } from '../../../observe/situation.ts';

/** Takes launches away from the decisions of a tick, over all of its fleets, and says why. It adds no worker. */
export type Brake = (decisions: readonly WorkerDecision[], shared: Shared) => readonly WorkerDecision[];

/** Returns a decision with other launches; one that has nothing to do any more rests. */
export const withLaunches = (
  decision: Extract<WorkerDecision, { kind: 'act' }>,
  launches: Extract<WorkerDecision, { kind: 'act' }>['launches'],
): WorkerDecision => {
  if (launches.length > 0 || decision.retirements.length > 0) return { ...decision, launches };
  const { fleet, at, why, counts } = decision;
  return { kind: 'rest', fleet, at, why, counts };
};
