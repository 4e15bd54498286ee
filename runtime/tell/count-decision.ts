import type { Decision } from '../../core/model/decision.ts';
import { isOfShadow } from '../../core/model/reason.ts';
import type { Count } from './tally.ts';

/** Pilots and jobs that no worker has room for, of a fleet that is given none, neither launched nor woken. */
const unmet = (decision: Decision): number => {
  // Where money is out, another alarm says so.
  if (decision.counts.budgetOver === 1) return 0;
  const isGiven = decision.kind === 'act' && decision.launches.length + (decision.wakes?.length ?? 0) > 0;
  return isGiven ? 0 : (decision.counts.jobsUnplaced ?? 0);
};

/** Adds one decision to what its tick comes to. */
export const countDecision = (decision: Decision, count: Count): void => {
  const [isHold, isBraked] = [decision.kind === 'hold', (decision.counts.breakersOpen ?? 0) > 0];
  // It launches nothing, whatever keeps it back besides.
  const isInShadow = decision.why.some(isOfShadow);
  count(decision.of === 'pilots' ? 'QueuesHolding' : 'FleetsHolding', isHold ? 1 : 0);
  count(decision.of === 'pilots' ? 'QueuesBraked' : 'FleetsBraked', isBraked && !isInShadow ? 1 : 0);
  if (decision.of === 'pilots') {
    const isEnding = decision.why.some(
      ({ kind }) => kind === 'credential-ends' || kind === 'tokens-end-first',
    );
    count('QueuesWithEndingCredential', isEnding ? 1 : 0);
  }
  if (decision.of !== 'workers') return;
  count('JobsUnmet', isInShadow ? 0 : unmet(decision));
  count('FleetsOnOlderTemplate', decision.counts.olderTemplate ?? 0);
  count('FleetsNearBudget', decision.counts.budgetNear ?? 0);
  count('FleetsOverBudget', isInShadow ? 0 : (decision.counts.budgetOver ?? 0));
  count('FleetsUnsupported', (decision.counts.jobsUnsupported ?? 0) > 0 ? 1 : 0);
  count('WorkersNotBelieved', decision.counts.workersDisbelieved ?? 0);
  count('WorkersAsleepTooLong', decision.counts.workersOverslept ?? 0);
  count('WorkersNotEnded', decision.counts.workersUnended ?? 0);
  if (decision.kind !== 'act') return;
  // One whose end EC2 refuses is counted when it is first given up.
  const givenUp = decision.retirements.filter(({ cause, again }) => cause.kind === 'never-joined' && !again);
  count('WorkersNeverJoined', givenUp.length);
};
