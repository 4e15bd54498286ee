import { leavingBy } from '../../../model/decision.ts';
import { liveWorkers } from '../../../observe/fleet.ts';
import { emptiestFirst, inService, mayLeave, type Rule, withSteps } from './rule.ts';

/** Drains the emptiest workers above `max-workers`, which has been lowered. */
export const aboveCap: Rule = ({ settings }, proposal) => {
  const { fleet } = proposal;
  const excess = liveWorkers(fleet) - settings.maxWorkers;
  if (excess <= 0) return proposal;
  const leaving = leavingBy(proposal.retirements);
  const alreadyLeaving = fleet.members.filter(
    (member) => !inService(member) || leaving.has(member.record.instanceId),
  ).length;
  const steps = [...mayLeave(fleet, leaving)]
    .sort(emptiestFirst)
    .slice(0, Math.max(0, excess - alreadyLeaving))
    .map(
      ({ record }) =>
        ({
          instanceId: record.instanceId,
          step: 'drain',
          cause: { kind: 'above-max-workers', maxWorkers: settings.maxWorkers },
          surplus: true,
        }) as const,
    );
  return withSteps(proposal, steps);
};
