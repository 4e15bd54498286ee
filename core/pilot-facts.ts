import type { PilotFacts } from './chain/step.ts';
import { countPilots, type PilotCounts, readyJobs } from './demand.ts';
import type { Facts, Observed } from './facts.ts';
import { jobsOf } from './panda.ts';
import type { SubmissionRecord } from './records.ts';
import { type ParsedSettings, type QueueSettings, siteOf } from './settings.ts';

/** Everything the decision about pilots rests on. */
export interface PilotWorld extends Observed {
  readonly queues: readonly ParsedSettings[];
  readonly submissions: Readonly<Record<string, readonly SubmissionRecord[]>>;
  /** Pilots ever submitted, by queue. */
  readonly pilotsEver: Readonly<Record<string, number>>;
}

/** Pilots that are there and do not run; a held one counts, so that no other is submitted in its place. */
export const waitingNow = (counts: PilotCounts): number => counts.idle + counts.held + counts.justSubmitted;

/** The pilots of one queue. */
export const pilotsOf = (facts: Facts, world: PilotWorld, queue: string): PilotCounts =>
  countPilots(facts.pilots(queue), world.submissions[queue] ?? [], facts.viewedAt);

/** What the chain of a queue may look at, and the same in a few words. */
export const chainFacts = (
  settings: QueueSettings,
  counts: PilotCounts,
  facts: Facts,
  world: PilotWorld,
  pilotsInFactory: number,
): { readonly given: PilotFacts; readonly seen: string } => {
  const pilots = facts.pilots(settings.name);
  const jobs = jobsOf(facts.jobs, siteOf(settings), settings.resourceTypes);
  const { ready, taken } = readyJobs(jobs, pilots);
  const since = taken > 0 ? ` (${taken} of them taken since)` : '';
  const seen = `activated ${jobs.activated}${since}, pilots waiting ${waitingNow(counts)}, running ${counts.running}`;
  const given: PilotFacts = {
    ready,
    notReady: jobs.notReady,
    pending: waitingNow(counts),
    running: counts.running,
    pilotsInFactory,
    pilotsEver: world.pilotsEver[settings.name] ?? 0,
    siteStatus: facts.siteStatus(siteOf(settings)),
    ended: pilots.ended,
  };
  return { given, seen };
};
