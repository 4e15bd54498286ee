import type { QueuePilots } from '../model/pool.ts';
import { endAtOnce } from './empty-handed.ts';
import type { Fleet, Member } from './fleet.ts';

/** More than half of a queue's workers are no odd machines: whatever it is, new ones would have it too. */
const MOST_SHARE = 1 / 2;

const NONE: ReadonlySet<string> = new Set();

const endsAtOnce = ({ pool, doubt }: Member): boolean =>
  pool?.ended !== undefined && doubt === undefined && endAtOnce(pool.ended);

/** Pilots of a queue that live: those that run for longer than a short one, and those that ended after they did. */
const living = ({ shapes, recentStarts, ended }: QueuePilots): number => {
  const running = shapes.reduce((n, of) => n + of.running, 0);
  const minutes = Math.ceil(ended.shortSeconds / 60);
  const begun = recentStarts.slice(0, minutes).reduce((n, starts) => n + starts, 0);
  return Math.max(0, running - begun) + (ended.count - ended.short);
};

/**
 * Finds workers that are black holes: nearly all pilots end at once there, while jobs wait and pilots live elsewhere. Where
 * more pilots end at once elsewhere than live, it is not the machine: they find no jobs, or carry what makes them fail.
 */
export const blackHoles = (
  { members }: Fleet,
  pilots: QueuePilots,
  jobsReady: number,
): ReadonlySet<string> => {
  if (jobsReady === 0) return NONE;
  const found = members.filter(endsAtOnce);
  const joined = members.filter(({ pool }) => pool !== undefined).length;
  if (found.length === 0 || found.length > joined * MOST_SHARE) return NONE;
  const [short, ended] = found.reduce(
    ([s, e], { pool }) => [s + (pool?.ended?.short ?? 0), e + (pool?.ended?.count ?? 0)],
    [0, 0],
  );
  const livingElsewhere = living(pilots) - (ended - short);
  if (livingElsewhere <= Math.max(0, pilots.ended.short - short)) return NONE;
  return new Set(found.map(({ record }) => record.instanceId));
};
