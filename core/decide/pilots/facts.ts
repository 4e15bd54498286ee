import type { PilotFacts } from '../../chain/step.ts';
import type { SubmissionRecord, UnreadItem } from '../../model/ledger.ts';
import { jobsOf } from '../../model/panda.ts';
import type { QueuePilots } from '../../model/pool.ts';
import type { Reason } from '../../model/reason.ts';
import { countPilots, type PilotCounts, readyJobs } from '../../observe/demand.ts';
import type { Facts } from '../../observe/facts.ts';
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
export const emptyHanded = (pilots: QueuePilots, jobsOnPilots: number): Reason | undefined => {
  const { count, short, shortSeconds } = pilots.ended;
  if (short < MANY || short < count * NEARLY_ALL) return undefined;
  if (jobsOnPilots > 0 || hasSurvivor(pilots)) return undefined;
  return { kind: 'pilots-empty-handed', short, ended: count, shortSeconds };
};

/** What a decision about pilots is made of. */
export interface PilotsInput {
  readonly facts: Facts;
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
export const pilotsOf = ({ facts, submissions }: PilotsInput, queue: string): PilotCounts =>
  countPilots(facts.pilots(queue), submissions[queue] ?? [], facts.viewedAt);

/** What the chain of a queue may look at, and the same as a reason. */
export const chainFacts = (
  settings: QueueSettings,
  counts: PilotCounts,
  { facts, pilotsEver }: PilotsInput,
  pilotsInFactory: number,
): { readonly given: PilotFacts; readonly seen: Reason } => {
  const pilots = facts.pilots(settings.name);
  const jobs = jobsOf(facts.jobs, siteOf(settings), settings);
  const { ready, taken } = readyJobs(jobs, pilots);
  const { activated } = jobs;
  const { running } = counts;
  const seen: Reason = { kind: 'pilots-seen', activated, taken, waiting: waitingNow(counts), running };
  const given: PilotFacts = {
    ready,
    notReady: jobs.notReady,
    pending: waitingNow(counts),
    running: counts.running,
    pilotsInFactory,
    pilotsEver: pilotsEver[settings.name] ?? 0,
    siteStatus: facts.siteStatus(siteOf(settings)),
    ended: pilots.ended,
  };
  return { given, seen };
};
