import type { LoadJob } from '../load/load.ts';
import type { Kind, Landings } from './policy.ts';

/** How many of a sorted list's moments lie at or before one. */
const upTo = (moments: readonly number[], at: number): number => {
  let from = 0;
  let to = moments.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((moments[middle] ?? 0) <= at) from = middle + 1;
    else to = middle;
  }
  return from;
};

/** The known landings of a load; each costs two look-ups, and its moments. */
export const landings = (jobs: readonly LoadJob[], kinds: readonly Kind[]): Landings => {
  const byQueue = Map.groupBy(
    jobs.filter(({ landingKnown }) => landingKnown),
    ({ queue }) => queue,
  );
  const moments = kinds.map(({ queue }) => (byQueue.get(queue) ?? []).map((job) => job.submitSeconds));
  return (kind, after, within) => {
    const of = moments[kind] ?? [];
    return of.slice(upTo(of, after), upTo(of, after + within));
  };
};
