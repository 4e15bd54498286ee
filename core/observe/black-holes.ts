import { endAtOnce } from './empty-handed.ts';
import type { Fleet, Member } from './fleet.ts';
import type { FleetPilots } from './fleet-pilots.ts';

/** More than half of a fleet's workers are no odd machines: whatever it is, new ones would have it too. */
const MOST_SHARE = 1 / 2;

const NONE: ReadonlySet<string> = new Set();

const endsAtOnce = ({ pool, doubt }: Member): boolean =>
  pool?.ended !== undefined && doubt === undefined && endAtOnce(pool.ended);

/** Pilots that live: those that run for longer than a short one, and those that ended after they did. */
const living = ({ running, recentStarts, ended }: FleetPilots): number => {
  const minutes = Math.ceil(ended.shortSeconds / 60);
  const begun = recentStarts.slice(0, minutes).reduce((n, starts) => n + starts, 0);
  return Math.max(0, running - begun) + (ended.count - ended.short);
};

/**
 * Finds workers that are black holes: nearly all pilots end at once there, while jobs wait and pilots live elsewhere. Where
 * more pilots end at once elsewhere than live, it is not the machine: they find no jobs, or carry what makes them fail.
 *
 * A fleet's only worker has no elsewhere, and would fail all jobs for as long as it lives. It is replaced, unless pilots of the
 * last hour have ended at once on another one, too: that shows whether it was the machine, and costs one boot an hour.
 */
export const blackHoles = (
  { members }: Fleet,
  pilots: FleetPilots,
  hasJobsReady: () => boolean,
): ReadonlySet<string> => {
  const found = members.filter(endsAtOnce);
  const joined = members.filter(({ pool }) => pool !== undefined).length;
  if (found.length === 0 || !hasJobsReady()) return NONE;
  const [short, ended] = found.reduce(
    ([s, e], { pool }) => [s + (pool?.ended?.short ?? 0), e + (pool?.ended?.count ?? 0)],
    [0, 0],
  );
  const livingElsewhere = living(pilots) - (ended - short);
  const shortElsewhere = Math.max(0, pilots.ended.short - short);
  const isAlone = joined === 1 && livingElsewhere <= 0 && shortElsewhere === 0;
  const isOdd = found.length <= joined * MOST_SHARE && livingElsewhere > shortElsewhere;
  return isAlone || isOdd ? new Set(found.map(({ record }) => record.instanceId)) : NONE;
};
