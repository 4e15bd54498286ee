import type { Account, Cost, EndedWorker } from './accounts.ts';
import type { Boots } from './boots.ts';
import type { EndedBoot, EndReason } from './end-reason.ts';
import type { Market, Offer } from './flavours.ts';
import type { Joins } from './joins.ts';
import type { Pace } from './pace.ts';
import type { RefusalClass } from './refusals.ts';
import type { Resources, Shape } from './resources.ts';

/** Where workers may be put: one subnet per zone. */
export interface Placement {
  readonly subnetId: string;
  readonly zone: string;
}

/** One version of a launch template; the version is a number as text, and a later one is larger. */
export interface Template {
  readonly id: string;
  readonly version: string;
  /** The image that is launched instead of the version's own. */
  readonly imageId?: string;
}

/**
 * Everything EC2 is asked in one launch, frozen before it is asked. A replay sends exactly this again: a client token
 * with other parameters is refused, or worse, silently ignored.
 */
export interface LaunchRequest {
  readonly launchId: string;
  readonly queue: string;
  readonly clientToken: string;
  readonly template: Template;
  readonly market: Market;
  readonly count: number;
  /** What EC2 may choose from: CreateFleet's overrides, in this order. */
  readonly overrides: readonly ({ readonly flavour: string } & Placement)[];
  readonly tags: Readonly<Record<string, string>>;
  /** On demand: unused capacity reservations of the account are used first. Absent: no, as in launches of older versions. */
  readonly reservationsFirst?: true;
}

/**
 * A launch of offers that are on trial: EC2 refused a fleet that had them all and did not say for which. `halvings`: how
 * often that set has been halved.
 */
export interface OnTrial {
  readonly halvings?: number;
}

/**
 * A launch of one worker that tries a template: what EC2 refuses of it may be the template's fault and no offer's. Absent:
 * any other launch, and one from before this was kept.
 */
export interface OfCanary {
  readonly isCanary?: true;
}

/** A launch that is written down and whose outcome is not. Its workers count as booting, in full. */
export interface OpenLaunch extends OnTrial, OfCanary {
  readonly request: LaunchRequest;
  /** What one of its workers will offer. */
  readonly offers: Resources;
  readonly createdAt: number;
  /** *Intended*: the fence of the lease under which it was written. Absent once it is *requested*: EC2 may know of it. */
  readonly intendedBy?: number;
  /** When EC2 first said that it has had its token: a call for it has been carried out, and is not to be made again. */
  readonly tokenKnownAt?: number;
  /** What one of its workers costs, dollars per hour, by flavour; absent: its queue has no prices. */
  readonly prices?: Readonly<Record<string, number>>;
}

/** Where a worker stands in its life; core/life.ts has the table of what may follow what. */
export type WorkerState =
  | { readonly kind: 'booting' }
  /** `undrainedAt`: when its drain was last taken back. */
  | { readonly kind: 'joined'; readonly joinedAt: number; readonly undrainedAt?: number }
  /** Joined once, and no longer in the collector. */
  | { readonly kind: 'missing'; readonly joinedAt: number; readonly since: number }
  /**
   * Takes no new job; ends when its last one does. `surplus`: this is taken back when it is needed again. `unjoined`: it
   * has not been in the collector yet. `undated`: `since` is when EC2 warned, and the next tick dates the drain: an event
   * may be handled long after it happened, and the deadline runs from the order.
   */
  | {
      readonly kind: 'draining';
      readonly since: number;
      readonly cause: string;
      readonly surplus?: true;
      readonly unjoined?: true;
      readonly undated?: true;
    }
  /** EC2 has been asked to end it; `pending`: it is decided, and EC2 has not taken it yet. */
  | { readonly kind: 'retiring'; readonly since: number; readonly cause: string; readonly pending?: true }
  /** Ended without ever having joined; it stays until the breaker has counted it. */
  | { readonly kind: 'failed'; readonly at: number; readonly cause: string };

/** One live worker as the ledger knows it: from the answer to its launch until EC2 has ended it. */
export interface WorkerRecord {
  readonly instanceId: string;
  readonly queue: string;
  readonly launchId: string;
  readonly offer: Offer;
  /** What it offers, as planned from its flavour; the pool's own figure counts once it has joined. */
  readonly offers: Resources;
  readonly launchedAt: number;
  readonly state: WorkerState;
  /** What it was launched from: image and user-data are this version's. Absent: from before this was kept. */
  readonly template?: Template;
  /** An operator's mark: nothing is done to it, whatever the reason. */
  readonly isProtected?: boolean;
  /** Absent: its queue has no prices, or had none when it was written down; then the next tick adds it. */
  readonly cost?: Cost;
  /** EC2 was asked for its end and will not; absent: it was not asked, or took it. */
  readonly endRefused?: EndRefusal;
}

/** When EC2 last refused to end a worker, and in which words. */
export interface EndRefusal {
  readonly at: number;
  readonly why: string;
}

/** A change of one worker's state that has to be written down. */
export interface Change {
  readonly worker: WorkerRecord;
  readonly to: WorkerState | 'gone';
}

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

/** What is known of a machine that did not become a worker. */
export interface ConsoleNote {
  readonly worker: WorkerRecord;
  readonly at: number;
  /** The end of what it said on its console. */
  readonly text?: string;
  /** Why EC2 says that it has ended; absent where aerie ended it. */
  readonly reason?: EndReason;
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
