import type { Account } from './account.ts';
import type { Offer } from './flavours.ts';
import type { OnTrial, OpenLaunch, RefusalClass } from './launch.ts';
import type { Boots, Joins, Pace } from './learned.ts';
import type { Shape } from './resources.ts';
import type { EndedBoot, EndedWorker, WorkerRecord } from './worker.ts';

/**
 * Pilots that queue 1 has asked for, dated by the view of the pool that it rested on (the pool's clock, so that no
 * other clock matters); counted until a view is newer.
 */
export interface SubmissionRecord {
  readonly requestId: string;
  readonly queue: string;
  readonly count: number;
  readonly shape: Shape;
  readonly viewedAt: number;
}

/** An offer that EC2 refused; not asked again before `until`. */
export interface CoolingRecord extends OnTrial {
  readonly offer: Offer;
  readonly until: number;
  readonly why: string;
  /** Absent: from before this was kept. */
  readonly class?: RefusalClass;
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
  /** What queues have spent on workers that are over; absent: no queue has prices. */
  readonly accounts?: readonly Account[];
  /** Workers that are over and stay until their cost is booked. */
  readonly ended?: readonly EndedWorker[];
  /** How long the latest workers of each template and flavour took to join; absent: none has yet. */
  readonly joins?: readonly Joins[];
  /** Workers that this tick has found to have ended before they joined, with EC2's reason; the ledger holds none. */
  readonly endedBoots?: readonly EndedBoot[];
}
