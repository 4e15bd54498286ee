import { leavingBy } from '../../../model/decision.ts';
import { mayLeave, type Rule } from './rule.ts';

/**
 * Drains the idle workers of a fleet that is committed to more than its budget (it was lowered, or a price has risen): they
 * leave at once, for good. Busy ones go on to their end; no job is ended for money.
 */
export const overBudget: Rule = ({ budget }, proposal) => {
  if (budget?.step !== 'over') return proposal;
  const steps = mayLeave(proposal.fleet, leavingBy(proposal.retirements))
    .filter(({ pool }) => pool?.busy === 0)
    .map(
      ({ record: { instanceId } }) =>
        ({ instanceId, step: 'drain', cause: { kind: 'idle-over-budget' } }) as const,
    );
  return steps.length === 0 ? proposal : { ...proposal, retirements: [...proposal.retirements, ...steps] };
};
