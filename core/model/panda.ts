/** Jobs by PanDA state; states that PanDA leaves out are absent, and mean 0. */
export type JobCounts = Readonly<Record<string, number>>;

/** resource type (`SCORE`, `MCORE`, …) → prodSourceLabel (`managed`, `user`, …) → state → jobs. */
type SiteJobs = Readonly<Record<string, Readonly<Record<string, JobCounts>>>>;

/**
 * site → its jobs; a text says why what PanDA tells of the site cannot be read. A site that is absent has no jobs.
 */
export type PandaJobs = Readonly<Record<string, SiteJobs | string>>;

/** What PanDA knows of a site's configuration; only what a decision needs. */
interface SiteSpec {
  readonly status: string;
}

/** site → its specification. */
export type SiteSpecs = Readonly<Record<string, SiteSpec>>;

/** Statuses in which pilots of a site are given jobs; in `brokeroff` those that are at the site already. */
const OPEN: readonly string[] = ['online', 'test', 'brokeroff'];

/**
 * Statuses in which no pilots are submitted. Harvester submits none in standby, maintenance and offline, and does not know
 * paused; PanDA's broker gives jobs to a site in standby, which nobody would then fetch.
 */
const SHUT: readonly string[] = ['standby', 'maintenance', 'paused'];

/** Whether pilots may be submitted for a site in this status; undefined: PanDA has no such status. */
export const isOpen = (status: string): boolean | undefined => {
  // Whether pilots are submitted in offline is what StatusOffline of the chain is for.
  if (status === 'offline' || OPEN.includes(status)) return true;
  return SHUT.includes(status) ? false : undefined;
};

/** Which jobs the pilots of a queue take: resource types and labels; none given: all. */
export interface Taken {
  readonly resourceTypes: readonly string[];
  readonly labels: readonly string[];
}

/** Jobs of one queue, in the words of a sched plugin. */
export interface QueueJobs {
  /** Activated: inputs in place, waiting for a pilot. */
  readonly activated: number;
  /** Assigned, defined, throttled, pending or waiting: will be activated later, perhaps. */
  readonly notReady: number;
  /** Sent, starting or running: a pilot sits on it. */
  readonly onPilots: number;
}

/** States in which a job holds a pilot. Holding and transferring jobs have already let theirs go. */
const ON_PILOT = ['sent', 'starting', 'running'];

const NOT_READY = ['pending', 'defined', 'assigned', 'waiting', 'throttled'];

const sum = (counts: JobCounts, states: readonly string[]): number =>
  states.reduce((total, state) => total + (counts[state] ?? 0), 0);

const isTaken = (wanted: readonly string[], name: string): boolean =>
  wanted.length === 0 || wanted.includes(name);

/** Every count of a site, with its resource type and label; none of a site that cannot be read. */
export function* countsOf(
  jobs: PandaJobs,
  siteid: string,
): Generator<{ readonly type: string; readonly label: string; readonly counts: JobCounts }> {
  const site = Object.hasOwn(jobs, siteid) ? jobs[siteid] : undefined;
  if (site === undefined || typeof site === 'string') return;
  for (const [type, labels] of Object.entries(site)) {
    for (const [label, counts] of Object.entries(labels)) yield { type, label, counts };
  }
}

/** Why the jobs of a site are not known, in the words of who read them; undefined if they are. */
export const unreadableSite = (jobs: PandaJobs, siteid: string): string | undefined => {
  const site = Object.hasOwn(jobs, siteid) ? jobs[siteid] : undefined;
  return typeof site === 'string' ? site : undefined;
};

/** Whether every site could be read. */
export const isWhole = (jobs: PandaJobs): boolean =>
  Object.values(jobs).every((site) => typeof site !== 'string');

/**
 * The jobs of one site that the pilots of a queue take, summed. `success: true` with the site absent means zero jobs, so
 * this has an answer for every site that can be read.
 */
export const jobsOf = (jobs: PandaJobs, siteid: string, taken: Taken): QueueJobs => {
  let activated = 0;
  let notReady = 0;
  let onPilots = 0;
  for (const { type, label, counts } of countsOf(jobs, siteid)) {
    if (!isTaken(taken.resourceTypes, type) || !isTaken(taken.labels, label)) continue;
    activated += counts.activated ?? 0;
    notReady += sum(counts, NOT_READY);
    onPilots += sum(counts, ON_PILOT);
  }
  return { activated, notReady, onPilots };
};
