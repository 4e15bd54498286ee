import type { PilotFacts } from '../../chain/step.ts';
import type { SubmissionRecord, UnreadItem } from '../../model/ledger.ts';
import { jobsOf } from '../../model/panda.ts';
import type { QueuePilots } from '../../model/pool.ts';
import { countPilots, type PilotCounts, readyJobs } from '../../observe/demand.ts';
import type { Facts, Observed } from '../../observe/facts.ts';
import type { ParsedSettings, QueueSettings } from '../../settings/queue-settings.ts';
import { siteOf } from '../../settings/queue-settings.ts';

/** So many pilots that ended at once are no accident any more. */
const MANY = 10;

/** Nearly all of those that ended within the last hour. */
const NEARLY_ALL = 0.9;

const sum = (counts: readonly number[]): number => counts.reduce((n, count) => n + count, 0);

/** Whether some pilot has been running for longer than one that ends at once would. */
const hasSurvivor = (pilots: QueuePilots): boolean => {
  const running = pilots.shapes.reduce((n, of) => n + of.running, 0);
  const minutes = Math.ceil(pilots.ended.shortSeconds / 60);
  return running > sum(pilots.recentStarts.slice(0, minutes));
};

/**
 * Why a queue's pilots are held back to one at a time, a canary, if they are: pilots end at once, again and again, and
 * PanDA knows of no job on any of them. They find no job, or land on a machine that is a black hole; more of them would
 * only do the same. Pilots that end quickly because their jobs are short have their jobs in PanDA's count. It ends with
 * the first pilot that lives, or that PanDA shows on a job.
 */
export const emptyHanded = (pilots: QueuePilots, jobsOnPilots: number): string | undefined => {
  const { count, short, shortSeconds } = pilots.ended;
  if (short < MANY || short < count * NEARLY_ALL) return undefined;
  if (jobsOnPilots > 0 || hasSurvivor(pilots)) return undefined;
  return `${short} of the ${count} pilots of the last hour ended within ${shortSeconds} s and PanDA has no job on any: one at a time until one lives`;
};

/** Everything the decision about pilots rests on. */
export interface PilotWorld extends Observed {
  readonly queues: readonly ParsedSettings[];
  readonly submissions: Readonly<Record<string, readonly SubmissionRecord[]>>;
  /** Pilots ever submitted, by queue. */
  readonly pilotsEver: Readonly<Record<string, number>>;
  /** Items of the ledger that could not be read; absent: none. */
  readonly unread?: readonly UnreadItem[];
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
