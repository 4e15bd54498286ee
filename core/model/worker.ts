import type { Offer } from './flavours.ts';
import type { EndReason } from './instance.ts';
import type { Reason } from './reason.ts';
import type { Resources } from './resources.ts';

/** What a worker costs, as was known when it was launched. */
export interface Cost {
  readonly dollarsPerHour: number;
  /** When it has ended at the latest, whatever happens to aerie: it powers itself off. */
  readonly endsBy: number;
}

/** A worker that is over and whose cost is not booked yet. */
export interface EndedWorker {
  readonly worker: WorkerRecord & { readonly cost: Cost };
  readonly endedAt: number;
}

/** A worker whose boot is over, one way or the other. */
export interface BootOutcome {
  readonly worker: WorkerRecord;
  readonly joined: boolean;
  /** When its startd came into the collector, by the pool's clock. */
  readonly joinedAt?: number;
}

/** A worker that ended before it joined, with EC2's reason. */
export interface EndedBoot {
  readonly worker: WorkerRecord;
  readonly reason: EndReason;
}

/** Whether EC2 took a worker back, or said that it would. */
export const isReclaimed = (state: WorkerState): boolean =>
  (state.kind === 'draining' || state.kind === 'retiring') &&
  (state.cause.kind === 'spot-interruption' || state.cause.kind === 'spot-rebalance');

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

/** Where a worker stands in its life; core/write/life.ts has the table of what may follow what. */
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
      readonly cause: Reason;
      readonly surplus?: true;
      readonly unjoined?: true;
      readonly undated?: true;
    }
  /** EC2 has been asked to end it; `pending`: it is decided, and EC2 has not taken it yet. */
  | { readonly kind: 'retiring'; readonly since: number; readonly cause: Reason; readonly pending?: true }
  /** Ended without ever having joined; it stays until the breaker has counted it. */
  | { readonly kind: 'failed'; readonly at: number; readonly cause: Reason };

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

/** What is known of a machine that did not become a worker. */
export interface ConsoleNote {
  readonly worker: WorkerRecord;
  readonly at: number;
  /** The end of what it said on its console. */
  readonly text?: string;
  /** Why EC2 says that it has ended; absent where aerie ended it. */
  readonly reason?: EndReason;
}
