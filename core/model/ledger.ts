import * as z from 'zod';
import type { Account } from './account.ts';
import { offer } from './flavours.ts';
import type { Instance } from './instance.ts';
import { type OpenLaunch, onTrial, REFUSAL_CLASSES } from './launch.ts';
import type { Boots, Joins, Pace } from './learned.ts';
import type { Parsed } from './parsed.ts';
import { resources } from './resources.ts';
import type { EndedBoot, EndedWorker, WorkerRecord } from './worker.ts';

/**
 * Pilots that queue 1 has asked for, dated by the view of the pool that it rested on (the pool's clock, so that no
 * other clock matters); counted until a view is newer.
 */
const submissionRecord = z.object({
  requestId: z.string(),
  queue: z.string(),
  count: z.number(),
  shape: resources,
  /** What rides on each of its pilots. Absent: from before this was kept. */
  fleet: z.string().exactOptional(),
  wallSeconds: z.number().exactOptional(),
  viewedAt: z.number(),
  /** When it was decided, by aerie's clock. Absent: from before this was kept. */
  at: z.number().exactOptional(),
  /** One pilot, to see whether it shows: those before it did not. */
  canary: z.literal(true).exactOptional(),
  /** No submission: pilots are removed, so those before it may be missing for that. */
  removal: z.literal(true).exactOptional(),
});

export type SubmissionRecord = Parsed<typeof submissionRecord>;

/** What is remembered of a queue's pilots: its recent submissions, and how many it was ever given. */
export const queueMemory = z.object({
  queue: z.string(),
  pilotsEver: z.number(),
  recent: z.array(submissionRecord),
});

export type QueueMemory = Parsed<typeof queueMemory>;

/** An offer that EC2 refused; not asked again before `until`. */
export const coolingRecord = z.object({
  offer,
  until: z.number(),
  why: z.string(),
  /** Absent: from before this was kept. */
  class: z.enum(REFUSAL_CLASSES).exactOptional(),
  ...onTrial.shape,
});

export type CoolingRecord = Parsed<typeof coolingRecord>;

/** An item of the ledger that this version cannot read; nothing may rest on its absence. */
export interface UnreadItem {
  /** `<kind>#<what it is of>`. */
  readonly key: string;
  /** The queue or the fleet that it is of; absent: it does not say. */
  readonly whose?: string;
  readonly why: string;
}

/** Everything in the ledger that a tick has to know: one query. */
export interface LedgerView {
  readonly launches: readonly OpenLaunch[];
  readonly workers: readonly WorkerRecord[];
  /** Recent submissions, by queue. */
  readonly submissions: Readonly<Record<string, readonly SubmissionRecord[]>>;
  readonly cooling: readonly CoolingRecord[];
  /** Pilots ever submitted, by queue: what a lifetime budget is counted against. */
  readonly pilotsEver: Readonly<Record<string, number>>;
  /** How launches are slowed down after EC2 has throttled them; absent: not at all. */
  readonly pace?: Pace;
  /** How the latest workers of each kind have booted; absent: none has yet. */
  readonly boots?: readonly Boots[];
  /** What fleets have spent on workers that are over; absent: no fleet has prices. */
  readonly accounts?: readonly Account[];
  /** Workers that are over and stay until their cost is booked. */
  readonly ended?: readonly EndedWorker[];
  /** How long the latest workers of each template and flavour took to join; absent: none has yet. */
  readonly joins?: readonly Joins[];
  /** Items that could not be read; absent: none. */
  readonly unread?: readonly UnreadItem[];
  /** Workers that this tick has found to have ended before they joined, with EC2's reason; the ledger holds none. */
  readonly endedBoots?: readonly EndedBoot[];
  /** Machines in the pool that have no record, as EC2 shows them with this stage's tags; the ledger holds none. */
  readonly vouched?: readonly Instance[];
}

/** What of it queue 1 rests on. */
export type PilotsView = Pick<LedgerView, 'submissions' | 'pilotsEver' | 'unread'>;
