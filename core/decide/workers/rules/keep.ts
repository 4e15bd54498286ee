import { leavingBy } from '../../../model/decision.ts';
import type { Waiters } from '../../../observe/demand.ts';
import { widestFirst } from '../../../observe/packing.ts';
import type { Situation } from '../../../observe/situation.ts';
import { shapeOf, USUAL_SHAPE } from '../../../settings/queue-settings.ts';
import { keptLaunches } from '../sizing/launches.ts';
import { allowanceOf } from './allowance.ts';
import { emptiestFirst, inService, mayLeave, type Proposal, type Rule, withSteps } from './rule.ts';

/** The widest of the pilots that run on a fleet; without queues it is taken to run the usual ones. */
const widest = ({ settings, queuesOf }: Situation): Waiters => {
  const shapes = queuesOf(settings.name).map((queue) => ({
    shape: shapeOf(queue),
    wallSeconds: queue.pilotWallSeconds,
  }));
  const [first] = shapes.sort(widestFirst);
  return { ...(first ?? { shape: USUAL_SHAPE, wallSeconds: settings.jobWallSeconds }), count: 1 };
};

/** Drains kept workers that are more than the setting asks for, once they are idle. */
const letGo = (proposal: Proposal, tooMany: number): Proposal => {
  const steps = mayLeave(proposal.fleet, leavingBy(proposal.retirements))
    .filter(({ record, pool }) => record.kept === true && pool?.busy === 0)
    .sort(emptiestFirst)
    .slice(0, tooMany)
    .map(
      ({ record: { instanceId } }) =>
        ({ instanceId, step: 'drain', cause: { kind: 'kept-no-more' }, surplus: true }) as const,
    );
  return withSteps(proposal, steps);
};

/**
 * Keeps `min-workers` of a fleet that is active, whatever waits: they do not power themselves off, are launched anew when they
 * leave, and are let go of when fewer are asked for.
 */
export const keep: Rule = (situation, proposal) => {
  const { settings } = situation;
  const { fleet } = proposal;
  if (settings.state !== 'active') return proposal;
  const leaving = leavingBy(proposal.retirements.filter(({ step }) => step !== 'undrain'));
  const kept =
    fleet.members.filter(
      (member) => member.record.kept === true && inService(member) && !leaving.has(member.record.instanceId),
    ).length + fleet.launches.reduce((n, { request }) => (request.kept === true ? n + request.count : n), 0);
  if (kept >= settings.minWorkers) return letGo(proposal, kept - settings.minWorkers);
  const wanted = settings.minWorkers - kept;
  const { launches, why } = keptLaunches(widest(situation), wanted, situation, {
    allowance: allowanceOf(situation, proposal),
    before: proposal.launches.length,
  });
  return {
    ...proposal,
    launches: [...proposal.launches, ...launches],
    why: [...proposal.why, { kind: 'workers-kept', workers: settings.minWorkers, missing: wanted }, ...why],
  };
};
