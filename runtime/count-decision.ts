import type { Decision } from '../core/model/decision.ts';
import type { Count } from './tally.ts';

/** Pilots that no worker has room for, of a queue that is given none. */
const unmet = (decision: Decision): number => {
  // Where money is out, another alarm says so.
  if (decision.counts.budgetOver === 1) return 0;
  const launches = decision.kind === 'act' && decision.launches.length > 0;
  return launches ? 0 : (decision.counts.pilotsUnplaced ?? 0);
};

/** Adds one decision to what its tick comes to. */
export const countDecision = (decision: Decision, count: Count): void => {
  count('QueuesHolding', decision.kind === 'hold' ? 1 : 0);
  count('QueuesBraked', (decision.counts.breakersOpen ?? 0) > 0 ? 1 : 0);
  if (decision.of !== 'workers') return;
  count('PilotsUnmet', unmet(decision));
  count('QueuesOnOlderTemplate', decision.counts.olderTemplate ?? 0);
  count('QueuesNearBudget', decision.counts.budgetNear ?? 0);
  count('QueuesOverBudget', decision.counts.budgetOver ?? 0);
  count('QueuesUnsupported', (decision.counts.pilotsUnsupported ?? 0) > 0 ? 1 : 0);
  count('WorkersNotBelieved', decision.counts.workersDisbelieved ?? 0);
  count('WorkersNotEnded', decision.counts.workersUnended ?? 0);
  if (decision.kind !== 'act') return;
  // One whose end EC2 refuses is counted when it is first given up.
  const givenUp = decision.retirements.filter(({ cause, again }) => cause.kind === 'never-joined' && !again);
  count('WorkersNeverJoined', givenUp.length);
};
