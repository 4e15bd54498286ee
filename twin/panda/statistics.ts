import type { Job } from './job.ts';
import type { Statistics } from './tally.ts';

/** States that PanDA shows even where they are zero; every other state appears only if it is not. */
const ZEROS = { assigned: 0, activated: 0, running: 0 };
const ZEROS_WITH_ARCHIVE = { ...ZEROS, finished: 0, failed: 0 };

type Counts = Readonly<Record<string, number>>;
type Labels = Readonly<Record<string, Counts>>;

const mapValues = <V, W>(
  record: Readonly<Record<string, V>>,
  convert: (value: V) => W,
): Readonly<Record<string, W>> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, convert(value)]));

const summed = (parts: readonly Counts[], zeros: Counts): Counts => {
  const sum: Record<string, number> = { ...zeros };
  for (const part of parts) {
    for (const [state, jobs] of Object.entries(part)) sum[state] = (sum[state] ?? 0) + jobs;
  }
  return sum;
};

/** States that PanDA keeps in a table of their own (jobsDefined4), which it reads last. */
const DEFINED: readonly string[] = ['assigned', 'defined'];

/**
 * The counts after database reads that were retried into the same sum: the active jobs are counted once more with every
 * try. The try that goes through is the only one that comes to the defined jobs.
 */
export const inflated = (statistics: Statistics, times: number): Statistics =>
  mapValues(statistics, (types) =>
    mapValues(types, (labels) =>
      mapValues(labels, (counts) =>
        Object.fromEntries(
          Object.entries(counts).map(([state, n]) => [state, DEFINED.includes(state) ? n : n * times]),
        ),
      ),
    ),
  );

/** The same with one site more, whose counts are null. */
export const withOddSite = (detailed: unknown): object => ({
  ...Object(detailed),
  ODD_SITE: { SCORE: { managed: { activated: null, running: null } } },
});

/** site → state → jobs. */
export const bySite = (statistics: Statistics) =>
  mapValues(statistics, (types) =>
    summed(
      Object.values(types).flatMap((labels) => Object.values(labels)),
      ZEROS,
    ),
  );

/** site → resource type → label → state → jobs. */
export const detailed = (statistics: Statistics) =>
  mapValues(statistics, (types) =>
    mapValues(types, (labels: Labels) => mapValues(labels, (counts) => summed([counts], ZEROS))),
  );

/** site → resource type → state → jobs, with finished jobs added. */
export const bySiteAndType = (statistics: Statistics, finished: Iterable<Job>) => {
  const counts: Record<string, Record<string, Counts>> = {};
  const add = (siteid: string, resourceType: string, more: readonly Counts[]) => {
    const types = counts[siteid] ?? {};
    types[resourceType] = summed(more, types[resourceType] ?? ZEROS_WITH_ARCHIVE);
    counts[siteid] = types;
  };
  for (const [siteid, types] of Object.entries(statistics)) {
    for (const [resourceType, labels] of Object.entries(types)) {
      add(siteid, resourceType, Object.values(labels));
    }
  }
  for (const job of finished) add(job.siteid, job.resourceType, [{ finished: 1 }]);
  return counts;
};
