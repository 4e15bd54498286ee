import { leavingBy } from '../../../model/decision.ts';
import { isSameTemplate } from '../../../model/templates.ts';
import type { WorkerRecord } from '../../../model/worker.ts';
import type { Member } from '../../../observe/fleet.ts';
import { mostAsleep } from '../../../observe/keep-asleep.ts';
import type { Situation } from '../../../observe/situation.ts';
import { lifeLeftSeconds } from '../../../observe/sleepers.ts';
import type { Rule } from './rule.ts';

/** EC2 is told of each in a call of its own, and takes ten of them a second. */
const MOST_TOLD = 50;

const isWorthIt = (
  record: WorkerRecord,
  { settings, stage, shortestWallSeconds, facts: { now } }: Situation,
) =>
  record.template !== undefined &&
  isSameTemplate(record.template, stage.template) &&
  lifeLeftSeconds(record, settings, now) > shortestWallSeconds;

/** One that EC2 refused that is not asked for again before so many seconds. */
const ASKED_AGAIN_SECONDS = 600;

/** Whether a worker may fall asleep when nothing claims it: on demand, nobody's to keep, and none that is to leave. */
const maySleep = (
  { record, pool, doubt }: Member,
  situation: Situation,
  leaving: ReadonlySet<string>,
): boolean =>
  record.state.kind === 'joined' &&
  record.mayStop === undefined &&
  situation.facts.now - (record.stopRefusedAt ?? 0) >= ASKED_AGAIN_SECONDS &&
  record.offer.market === 'on-demand' &&
  record.kept !== true &&
  record.isProtected !== true &&
  pool !== undefined &&
  doubt === undefined &&
  !situation.blackHoles.has(record.instanceId) &&
  !leaving.has(record.instanceId) &&
  isWorthIt(record, situation);

/**
 * Lets workers sleep instead of ending when they power themselves off, as many as `max-asleep` allows, awake or not: so no more
 * than those ever sleep.
 */
export const letSleep: Rule = (situation, proposal) => {
  const { settings, keepSecondsOf } = situation;
  const { members, asleep = [] } = proposal.fleet;
  if (settings.state !== 'active' || mostAsleep(settings) === 0) return proposal;
  const told = members.filter(({ record }) => record.mayStop === true).length + asleep.length;
  const left = Math.min(MOST_TOLD, mostAsleep(settings) - told);
  if (left <= 0) return proposal;
  const leaving = leavingBy(proposal.retirements);
  const mayStop = members
    .filter((member) => maySleep(member, situation, leaving))
    .filter(({ record }) => keepSecondsOf(record) > 0)
    .slice(0, left)
    .map(({ record }) => record.instanceId);
  return mayStop.length === 0 ? proposal : { ...proposal, mayStop };
};
