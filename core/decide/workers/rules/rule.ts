import type { PlannedLaunch, Retirement } from '../../../model/decision.ts';
import type { Reason } from '../../../model/reason.ts';
import type { PlannedWake } from '../../../model/wake.ts';
import { isServing } from '../../../model/worker.ts';
import type { Waiters } from '../../../observe/demand.ts';
import type { Fleet, Member } from '../../../observe/fleet.ts';
import type { Situation } from '../../../observe/situation.ts';

/** What the rules have proposed for a fleet so far. */
export interface Proposal {
  /** The fleet's workers as they will be once drains that are taken back are. */
  readonly fleet: Fleet;
  readonly launches: readonly PlannedLaunch[];
  /** Sleepers that are woken; absent: none. */
  readonly wakes?: readonly PlannedWake[];
  readonly retirements: readonly Retirement[];
  /** Workers whose power-off becomes a stop; absent: none. */
  readonly mayStop?: readonly string[];
  readonly why: readonly Reason[];
  readonly counts: Readonly<Record<string, number>>;
  /** Who waits and fits on no worker, if the caps allow fewer than they need; absent: the caps keep nobody waiting. */
  readonly short?: readonly Waiters[];
}

/** Adds to what has been proposed, and takes nothing away. */
export type Rule = (situation: Situation, proposal: Proposal) => Proposal;

/** Most steps of workers out of service for one fleet in one tick; what is left over comes next. */
const MOST_STEPS = 200;

/** Returns the proposal with more steps of workers out of service, as many as one tick takes. */
export const withSteps = (proposal: Proposal, steps: readonly Retirement[]): Proposal => {
  if (steps.length === 0) return proposal;
  const taken = proposal.retirements.filter(({ cause }) => cause.kind !== 'needed-again').length;
  const room = Math.max(0, MOST_STEPS - taken);
  return { ...proposal, retirements: [...proposal.retirements, ...steps.slice(0, room)] };
};

/** Emptiest first; among equals the oldest. */
export const emptiestFirst = (a: Member, b: Member): number =>
  (a.pool?.busy ?? 0) - (b.pool?.busy ?? 0) || a.record.launchedAt - b.record.launchedAt;

/** Whether a worker takes jobs, or will. */
export const inService = ({ record }: Member): boolean => isServing(record.state);

/** Workers that may be chosen to leave: in the pool, because others cannot be drained, and nobody's to keep. */
export const mayLeave = (fleet: Fleet, leaving: ReadonlySet<string>): readonly Member[] =>
  fleet.members.filter(
    (member) =>
      inService(member) &&
      member.pool !== undefined &&
      member.record.isProtected !== true &&
      !leaving.has(member.record.instanceId),
  );
