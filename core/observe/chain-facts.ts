import type { PilotFacts } from '../chain/step.ts';
import { jobsOf, type QueueJobs } from '../model/panda.ts';
import { type QueueSettings, siteOf } from '../settings/queue-settings.ts';
import { type PilotCounts, readyJobs } from './demand.ts';
import type { Facts } from './facts.ts';

/** Pilots that are there and do not run; a held one counts, so that no other is submitted in its place. */
export const waitingNow = (counts: PilotCounts): number => counts.idle + counts.held + counts.justSubmitted;

/** Where pilots are counted besides the queue itself. */
export interface Elsewhere {
  /** Running and pending pilots over all queues. */
  readonly inFactory: number;
  /** Pilots submitted over the queue's whole history. */
  readonly ever: number;
}

/** What the chain of a queue may look at. */
export interface ChainFacts {
  readonly given: PilotFacts;
  readonly jobs: QueueJobs;
  /** Activated jobs that pilots have taken since PanDA counted. */
  readonly taken: number;
}

/** Puts together what the chain of a queue may look at. */
export const chainFacts = (
  settings: QueueSettings,
  counts: PilotCounts,
  facts: Facts,
  { inFactory, ever }: Elsewhere,
): ChainFacts => {
  const site = siteOf(settings);
  const pilots = facts.pilots(settings.name);
  const jobs = jobsOf(facts.jobs, site, settings);
  const { ready, taken } = readyJobs(jobs, pilots);
  const given: PilotFacts = {
    ready,
    notReady: jobs.notReady,
    pending: waitingNow(counts),
    running: counts.running,
    pilotsInFactory: inFactory,
    pilotsEver: ever,
    siteStatus: facts.siteStatus(site),
    ended: pilots.ended,
  };
  return { given, jobs, taken };
};

/** The same facts if so many waiting pilots, and so many that run, had never been submitted. */
export const asIfWithout = (given: PilotFacts, waiting: number, running = 0): PilotFacts => ({
  ...given,
  pending: given.pending - waiting,
  running: given.running - running,
  pilotsInFactory: Math.max(0, given.pilotsInFactory - waiting - running),
  pilotsEver: Math.max(0, given.pilotsEver - waiting - running),
});
