import type { WorkerDecision } from '../../../model/decision.ts';
import type { Shared } from '../../../observe/situation.ts';

/** Takes launches and wakes away from the decisions of a tick, over all of its fleets, and says why. It adds no worker. */
export type Brake = (decisions: readonly WorkerDecision[], shared: Shared) => readonly WorkerDecision[];

type Acting = Extract<WorkerDecision, { kind: 'act' }>;

/** What a decision starts: launches, and sleepers that are woken. */
export interface Started {
  readonly launches: Acting['launches'];
  readonly wakes: NonNullable<Acting['wakes']>;
}

export const startedBy = ({ launches, wakes = [] }: Acting): Started => ({ launches, wakes });

/** Whether a decision starts any machine. */
export const startsAny = ({ launches, wakes = [] }: Acting): boolean => launches.length + wakes.length > 0;

/** Returns a decision that starts other machines; one that has nothing to do any more rests. */
export const withStarted = (
  { wakes: _, ...decision }: Acting,
  { launches, wakes }: Started,
): WorkerDecision => {
  if (launches.length + wakes.length + decision.retirements.length + (decision.mayStop ?? []).length > 0) {
    return { ...decision, launches, ...(wakes.length === 0 ? {} : { wakes }) };
  }
  const { fleet, at, why, counts } = decision;
  return { kind: 'rest', fleet, at, why, counts };
};
