/** Jobs of one site and resource type by PanDA state; states that PanDA leaves out are absent, and mean 0. */
export type JobCounts = Readonly<Record<string, number>>;

/** site → resource type (`SCORE`, `MCORE`, …) → state → jobs, labels summed. A site that is absent has no jobs. */
export type PandaJobs = Readonly<Record<string, Readonly<Record<string, JobCounts>>>>;

/** What PanDA knows of a site's configuration; only what a decision needs. */
interface SiteSpec {
  readonly status: string;
}

/** site → its specification. */
export type SiteSpecs = Readonly<Record<string, SiteSpec>>;

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

/**
 * The jobs of one site, summed over the given resource types (none given: over all).
 * `success: true` with the site absent means zero jobs, so this always has an answer.
 */
export const jobsOf = (jobs: PandaJobs, siteid: string, resourceTypes: readonly string[]): QueueJobs => {
  const byType = jobs[siteid] ?? {};
  let activated = 0;
  let notReady = 0;
  let onPilots = 0;
  for (const type in byType) {
    const counts = byType[type];
    if (counts === undefined || (resourceTypes.length > 0 && !resourceTypes.includes(type))) continue;
    activated += counts.activated ?? 0;
    notReady += sum(counts, NOT_READY);
    onPilots += sum(counts, ON_PILOT);
  }
  return { activated, notReady, onPilots };
};
