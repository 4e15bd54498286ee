import * as z from 'zod';
import { done, type Envelope, int, type Method, method, refused } from './method.ts';
import { PILOT_CALLS } from './pilot-calls.ts';
import { bySite, bySiteAndType, detailed, inflated, withOddSite } from './statistics.ts';
import type { Statistics } from './tally.ts';
import type { PandaMode, PandaWorld, SiteSettings } from './world.ts';

const none = z.strictObject({});

/** With nothing to count, PanDA says the same as when its database has failed. */
const counted = (world: PandaWorld, count: (statistics: Statistics) => object): Envelope => {
  const { statistics } = world.view();
  const data = world.mode === 'refuses' ? {} : count(statistics);
  if (Object.keys(data).length > 0) return done(data);
  return refused('Database failure getting the job statistics', data);
};

const seenIn = (mode: PandaMode, statistics: Statistics): Statistics =>
  mode === 'inflated' ? inflated(statistics, 3) : statistics;

/** The methods that answer the same until the statistics are refreshed. */
export const STEADY: Readonly<Record<string, Method>> = {
  'statistics/active_job_stats_by_site': method('GET', none, (world) =>
    counted(world, (statistics) => bySite(seenIn(world.mode, statistics))),
  ),
  'statistics/active_job_detailed_stats_by_site': method('GET', none, (world) => {
    const counts = counted(world, (statistics) => detailed(seenIn(world.mode, statistics)));
    return world.mode === 'odd-site' ? { ...counts, data: withOddSite(counts.data) } : counts;
  }),
  'system/is_alive': method('GET', none, () => done(null)),
};

const DEFAULT_WINDOW_MINUTES = 12 * 60;
const MAX_WINDOW_MINUTES = 7 * 24 * 60;
const windowed = z.strictObject({ time_window: int.default(null) });

const statsBySiteAndType = method('GET', windowed, (world, { time_window }) => {
  const minutes = time_window ?? DEFAULT_WINDOW_MINUTES;
  if (minutes < 0 || minutes > MAX_WINDOW_MINUTES) {
    return refused(`time_window has to be between 0 and ${MAX_WINDOW_MINUTES} minutes`, {});
  }
  const finished = world.jobs.finishedSince(world.clock.now - minutes * 60);
  return counted(world, (statistics) => bySiteAndType(statistics, finished));
});

const spec = (siteid: string, { type = 'unified', status, coreCount = 0 }: SiteSettings) => ({
  sitename: siteid,
  nickname: siteid,
  cloud: 'US',
  type,
  status,
  coreCount,
  maxrss: 16_000,
  maxtime: 345_600,
  capability: 'ucore',
  catchall: '',
});

const siteSpecs = method(
  'GET',
  z.strictObject({ type: z.string().default('analysis') }),
  (world, { type }) => {
    if (world.mode === 'refuses') return refused('database error in the PanDA server');
    const specs = Object.entries(world.sites()).map(([siteid, site]) => spec(siteid, site));
    const wanted = specs.filter((one) => type === 'all' || one.type === type);
    return done(Object.fromEntries(wanted.map((one) => [one.sitename, one])));
  },
);

/** The methods of PanDA's API that this one knows, by `<module>/<method>`. Everything else is forbidden. */
export const METHODS: Readonly<Record<string, Method>> = {
  ...STEADY,
  'statistics/job_stats_by_site_and_resource_type': statsBySiteAndType,
  'metaconfig/get_site_specs': siteSpecs,
  ...PILOT_CALLS,
};
