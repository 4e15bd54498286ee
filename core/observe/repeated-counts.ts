import { countsOf, type PandaJobs, unreadableSite } from '../model/panda.ts';

/** States of jobs in the table (jobsDefined4) that PanDA's server reads last: a repeated read does not add to them. */
const READ_ONCE: readonly string[] = ['assigned', 'defined'];

/** PanDA's server tries a database read up to three times. */
const TIMES = [2, 3] as const;

type Counts = ReadonlyMap<string, number>;

/** The counts that a repeated read adds to, each under its place. */
const activeCounts = (jobs: PandaJobs, isLeftOut: (siteid: string) => boolean): Counts => {
  const counts = new Map<string, number>();
  for (const siteid of Object.keys(jobs)) {
    if (isLeftOut(siteid)) continue;
    for (const { type, label, counts: states } of countsOf(jobs, siteid)) {
      for (const [state, count] of Object.entries(states)) {
        if (!READ_ONCE.includes(state)) counts.set(JSON.stringify([siteid, type, label, state]), count);
      }
    }
  }
  return counts;
};

/** How far apart two samples are, jobs; the first one is divided before. */
const distance = (counts: Counts, divisor: number, from: Counts): number => {
  let away = 0;
  for (const [place, count] of counts) away += Math.abs(count / divisor - (from.get(place) ?? 0));
  for (const [place, count] of from) if (!counts.has(place)) away += count;
  return away;
};

const isMultiple = (counts: Counts, of: number): boolean =>
  [...counts.values()].every((count) => count % of === 0);

/**
 * Whether a reply looks as if PanDA's server had counted the same jobs two or three times, after a database read that it
 * repeated without emptying its sum: every count can be divided so, and then is nearer to the sample before than as it
 * is. Small numbers look like that by chance too: it is a reason to ask once more, and none to believe nothing.
 */
export const looksRepeated = (jobs: PandaJobs, before: PandaJobs | undefined): boolean => {
  if (before === undefined) return false;
  const isLeftOut = (siteid: string) =>
    unreadableSite(jobs, siteid) !== undefined || unreadableSite(before, siteid) !== undefined;
  const now = activeCounts(jobs, isLeftOut);
  const multiples = TIMES.filter((times) => isMultiple(now, times));
  if (multiples.length === 0) return false;
  const was = activeCounts(before, isLeftOut);
  const asItIs = distance(now, 1, was);
  return multiples.some((times) => distance(now, times, was) < asItIs);
};

const total = (jobs: PandaJobs): number => {
  let all = 0;
  for (const count of activeCounts(jobs, () => false).values()) all += count;
  return all;
};

/** Of two answers shortly after one another the one with fewer jobs: a repeated read only adds. */
export const fewerJobs = (a: PandaJobs, b: PandaJobs): PandaJobs => (total(b) < total(a) ? b : a);
