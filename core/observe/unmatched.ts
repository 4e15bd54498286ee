import type { Fleet, Member } from './fleet.ts';
import type { FleetPilots } from './fleet-pilots.ts';

/**
 * Ten cycles of the negotiator (NEGOTIATOR_INTERVAL, 60 s), and two updates of a startd (300 s): a room that fits and was
 * free all the while is not going to be matched.
 */
const UNMATCHED_SECONDS = 600;

/** How long pilots that fit have not been matched to a worker's free room, seconds; 0: none was kept waiting for long. */
export const unmatchedFor = ({ pool }: Member, viewedAt: number): number => {
  const seconds = pool?.unmatchedSince === undefined ? 0 : viewedAt - pool.unmatchedSince;
  return seconds >= UNMATCHED_SECONDS ? seconds : 0;
};

const NONE: ReadonlySet<string> = new Set();

/** Three views: pilots that were waiting when a worker joined are seen with it by then. */
const NEW_SECONDS = 180;

/** It came when the pilots were waiting already, and has run nothing: a new machine does not help them. */
const isNewToo = ({ pool }: Member): boolean =>
  pool?.unmatchedSince !== undefined && pool.busy === 0 && pool.unmatchedSince - pool.joinedAt <= NEW_SECONDS;

/**
 * Returns the workers whose free room is not counted on. While pilots of the fleet begin elsewhere, the negotiator is well
 * and it is these workers. While none begins, it may be the negotiator or the pilots: one worker is left out, so that one
 * more is launched to see, and none once a new one has not been matched either.
 */
export const unmatched = (
  { members }: Fleet,
  { recentStarts }: FleetPilots,
  viewedAt: number,
): ReadonlySet<string> => {
  const found = members.filter((member) => unmatchedFor(member, viewedAt) > 0);
  if (found.length === 0) return NONE;
  const ids = found.map(({ record }) => record.instanceId);
  if (recentStarts.some((starts) => starts > 0)) return new Set(ids);
  return new Set(found.some(isNewToo) ? [] : ids.slice(0, 1));
};
