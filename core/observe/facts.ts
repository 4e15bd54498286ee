import { countsOf, type PandaJobs, unreadableSite } from '../model/panda.ts';
import type { FleetJobs, Landing, PoolView, QueuePilots } from '../model/pool.ts';
import type { Reason } from '../model/reason.ts';
import { fresh, type Snapshot } from '../model/snapshot.ts';
import { cut } from '../model/words.ts';
import { pilotsByQueue } from './demand.ts';

/**
 * Oldest observations that may be acted on, seconds. PanDA: AutoPyFactory's own limit (`wmsstatus.panda.maxage`),
 * and the pool's (`batchstatus.condor.maxage`): the ledger keeps an old view from launching twice. The site table is
 * itself rebuilt every few minutes.
 */
const MAX_AGE_SECONDS = { panda: 360, pool: 360, sites: 3600 } as const;

/** Three ticks. What has happened since such a view is little; since an older one, a worker may have joined. */
export const RECENT_SECONDS = 180;

/** The pool, known, fresh, whole and believable, which any action needs; and what is known of PanDA, which only queues need. */
export interface Facts {
  readonly now: number;
  /** PanDA's jobs; none where `jobsUnknown` says why nothing is known of any. */
  readonly jobs: PandaJobs;
  readonly jobsUnknown: Reason | undefined;
  readonly pool: PoolView;
  readonly viewedAt: number;
  readonly pilots: (queue: string) => QueuePilots;
  /** Jobs that are no pilots and name a fleet, as far as they are known. */
  readonly plainJobs: (fleet: string) => FleetJobs['shapes'];
  /** Why not all of them are known; undefined if they are. */
  readonly plainJobsUnknown: Reason | undefined;
  /** Jobs that are not ready yet, and when they will be; none where that is not known. */
  readonly landings: (queue: string) => readonly Landing[];
  /** Why nothing is known of landings, or not all; undefined if they are known. */
  readonly landingsUnknown: Reason | undefined;
  /** PanDA's word for the status of a site; undefined if the site table is not known. */
  readonly siteStatus: (siteid: string) => string | undefined;
}

/** The moment up to which ages count: not beyond an old view, which does not show what has happened after it. */
export const agesAt = ({ now, viewedAt }: Pick<Facts, 'now' | 'viewedAt'>): number =>
  now - viewedAt <= RECENT_SECONDS ? now : viewedAt;

export interface Observed {
  /** The tick's own moment, seconds since 1970. */
  readonly now: number;
  readonly panda: Snapshot<PandaJobs>;
  /** PanDA's jobs as a tick shortly before saw them, if one did. */
  readonly pandaBefore?: PandaJobs | undefined;
  readonly sites: Snapshot<{ readonly [site: string]: { readonly status: string } }>;
  readonly pool: Snapshot<PoolView>;
}

/** Jobs that run on all sites together, as PanDA counts them; `but`: except on those sites. */
export const runningEverywhere = (
  jobs: PandaJobs,
  but: (siteid: string) => boolean = () => false,
): number => {
  let running = 0;
  for (const siteid of Object.keys(jobs)) {
    if (but(siteid)) continue;
    for (const { counts } of countsOf(jobs, siteid)) running += counts.running ?? 0;
  }
  return running;
};

/**
 * PanDA's server repeats a failed database read without emptying what it has already counted, so a reply may be two or
 * three times too high. The jobs running on all sites together cannot double within minutes; below this number of
 * them they can, and repeated-counts.ts looks closer.
 */
const JUMP_FACTOR = 1.8;

const JUMP_MIN_RUNNING = 1000;

/** Why the running jobs of two samples shortly after one another cannot both be right, if they cannot. */
export const jumped = (was: number, is: number): Reason | undefined =>
  was < JUMP_MIN_RUNNING || is < was * JUMP_FACTOR
    ? undefined
    : { kind: 'running-jumped', runningBefore: was, runningNow: is };

/** Why a reply of PanDA's cannot be believed after the one before it, if it cannot; only sites read in both count. */
export const inflated = (jobs: PandaJobs, before: PandaJobs | undefined): Reason | undefined => {
  if (before === undefined) return undefined;
  const isUnreadable = (siteid: string) =>
    unreadableSite(jobs, siteid) !== undefined || unreadableSite(before, siteid) !== undefined;
  return jumped(runningEverywhere(before, isUnreadable), runningEverywhere(jobs, isUnreadable));
};

/** Why nothing is known of the jobs of a site: of none, or PanDA tells of this one what cannot be read. */
export const siteUnknown = (
  { jobs, jobsUnknown }: Pick<Facts, 'jobs' | 'jobsUnknown'>,
  site: string,
): Reason | undefined => {
  if (jobsUnknown !== undefined) return jobsUnknown;
  const words = unreadableSite(jobs, site);
  return words === undefined ? undefined : { kind: 'site-unreadable', site, words };
};

const inWords = (words: string | undefined) => (words === undefined ? {} : { words: cut(words) });

/** Why a view of the pool cannot be acted on, if it cannot. */
export const implausible = (view: PoolView): Reason | undefined => {
  for (const part of ['pilots', 'workers'] as const) {
    if (!view[part].complete) return { kind: 'pool-incomplete', part, ...inWords(view[part].why) };
  }
  if (view.collectorStartedAt > view.observedAt) return { kind: 'collector-ahead' };
  return undefined;
};

const landingsUnknown = ({ landings }: PoolView): Reason | undefined => {
  if (landings === undefined) return { kind: 'landings-untold' };
  const { complete, why, unreadable = 0 } = landings;
  if (!complete) return { kind: 'landings-incomplete', ...inWords(why) };
  return unreadable === 0 ? undefined : { kind: 'landings-incomplete', ...inWords(why), unreadable };
};

/** What the site says of landings, as far as it can be used: a part that is not complete is none. */
const landingsByQueue = ({ landings }: PoolView): ((queue: string) => readonly Landing[]) => {
  if (landings === undefined || !landings.complete) return () => [];
  const byQueue = Map.groupBy(landings.landings, ({ queue }) => queue);
  return (queue) => byQueue.get(queue) ?? [];
};

const plainUnknown = ({ jobs }: PoolView): Reason | undefined =>
  jobs === undefined || jobs.complete
    ? undefined
    : { kind: 'pool-incomplete', part: 'jobs', ...inWords(jobs.why) };

/** What is listed waits, also where a schedd has not said what else does. */
const plainByFleet = ({ jobs }: PoolView): Facts['plainJobs'] => {
  if (jobs === undefined) return () => [];
  const byFleet = new Map(jobs.fleets.map(({ fleet, shapes }) => [fleet, shapes]));
  return (fleet) => byFleet.get(fleet) ?? [];
};

/** PanDA's jobs, or why nothing is known of any. */
const pandaFacts = ({ now, panda, pandaBefore }: Observed): Pick<Facts, 'jobs' | 'jobsUnknown'> => {
  const fact = fresh('panda', panda, now, MAX_AGE_SECONDS.panda);
  const doubt = fact.ok ? inflated(fact.value, pandaBefore) : fact.why;
  return fact.ok && doubt === undefined
    ? { jobs: fact.value, jobsUnknown: undefined }
    : { jobs: {}, jobsUnknown: doubt };
};

/** Checks what was observed; either what an action needs, or the one reason why nothing may be done. */
export const establish = (
  observed: Observed,
): { readonly ok: true; readonly facts: Facts } | { readonly ok: false; readonly why: Reason } => {
  const { now } = observed;
  const pool = fresh('pool', observed.pool, now, MAX_AGE_SECONDS.pool);
  if (!pool.ok) return pool;
  const doubt = implausible(pool.value);
  if (doubt !== undefined) return { ok: false, why: doubt };

  const sites = fresh('sites', observed.sites, now, MAX_AGE_SECONDS.sites);
  const siteStatus = (siteid: string) => {
    const status = sites.ok ? sites.value[siteid]?.status : undefined;
    return status === undefined ? undefined : cut(status);
  };
  const facts: Facts = {
    now,
    ...pandaFacts(observed),
    pool: pool.value,
    viewedAt: pool.observedAt,
    pilots: pilotsByQueue(pool.value),
    plainJobs: plainByFleet(pool.value),
    plainJobsUnknown: plainUnknown(pool.value),
    landings: landingsByQueue(pool.value),
    landingsUnknown: landingsUnknown(pool.value),
    siteStatus,
  };
  return { ok: true, facts };
};
