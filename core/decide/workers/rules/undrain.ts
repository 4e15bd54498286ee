import type { Retirement } from '../../../model/decision.ts';
import { type Fleet, liveWorkers, type Member } from '../../../observe/fleet.ts';
import type { Situation } from '../../../observe/situation.ts';
import { lifeLeftSeconds } from '../../../observe/sleepers.ts';
import { unplacedIn } from './demand.ts';
import { inService, type Rule } from './rule.ts';

/** Drains looked at in one tick for one fleet; there are rarely more than a few. */
const MOST_TRIED = 20;

/** Returns draining workers whose drain nothing asks for any more. */
const undrainable = (
  fleet: Fleet,
  { settings, shortestWallSeconds, facts: { now } }: Situation,
): readonly Member[] =>
  fleet.members.filter(
    ({ record, pool }) =>
      record.state.kind === 'draining' &&
      record.state.surplus === true &&
      record.isProtected !== true &&
      pool !== undefined &&
      lifeLeftSeconds(record, settings, now) >= shortestWallSeconds &&
      now - record.state.since <= settings.drainDeadlineSeconds,
  );

/** How many more workers the cap lets serve; one that drains counts once it serves again. */
const roomIn = (fleet: Fleet, { settings }: Situation): number =>
  settings.maxWorkers - liveWorkers(fleet) + fleet.members.filter((member) => !inService(member)).length;

/** The fleet as it is once a member's drain has been taken back. */
const withMember = (fleet: Fleet, { record, pool }: Member): Fleet => ({
  ...fleet,
  members: fleet.members.map((member) =>
    member.record.instanceId === record.instanceId && pool !== undefined
      ? {
          record: { ...record, state: { kind: 'joined', joinedAt: pool.joinedAt } },
          pool: { ...pool, draining: false },
        }
      : member,
  ),
});

/**
 * Takes drains back because demand has come again: each of these workers takes jobs that would otherwise need a launch.
 */
export const undrain: Rule = (situation, proposal) => {
  const { settings } = situation;
  if (settings.state !== 'active') return proposal;
  const steps: Retirement[] = [];
  let { fleet } = proposal;
  let left: number | undefined;
  for (const member of undrainable(fleet, situation).slice(0, MOST_TRIED)) {
    left ??= unplacedIn(situation, fleet);
    if (left === 0 || roomIn(fleet, situation) <= 0) break;
    const tried = withMember(fleet, member);
    const then = unplacedIn(situation, tried);
    if (then >= left) continue;
    [fleet, left] = [tried, then];
    const { instanceId } = member.record;
    steps.push({ instanceId, step: 'undrain', cause: { kind: 'needed-again' } });
  }
  return { ...proposal, fleet, retirements: [...proposal.retirements, ...steps] };
};
