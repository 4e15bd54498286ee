import type { Resources, Shape } from '../../core/model/resources.ts';
import type { Oddity } from './odd.ts';

/** Where a job stands in the schedd. */
type JobLife =
  | { readonly kind: 'idle'; readonly since: number }
  | { readonly kind: 'running'; readonly since: number; readonly instanceId: string }
  | {
      readonly kind: 'ended';
      readonly since: number;
      readonly ranSeconds: number;
      readonly instanceId: string;
    }
  | { readonly kind: 'removed' };

interface Queued {
  readonly id: number;
  /** The same in every run: what submitted it, and its place in that. */
  readonly name: string;
  /** Whom the negotiator counts it for. */
  readonly submitter: string;
  /** The fleet whose workers shall take it. */
  readonly fleet: string;
  /** The longest that it says it may run. */
  readonly wallSeconds: number | undefined;
  readonly shape: Shape;
  readonly queuedAt: number;
  /** How often it has begun: more than once, if it has lost a machine. */
  starts: number;
  life: JobLife;
}

/** A pilot as a job in the schedd. Its submitter is its queue: the endpoint writes `accounting_group_user`. */
export interface Pilot extends Queued {
  readonly kind: 'pilot';
  readonly queue: string;
}

/** A plain job: it asks nobody for work. */
export interface PlainJob extends Queued {
  readonly kind: 'plain';
  readonly runSeconds: number;
}

export type PoolJob = Pilot | PlainJob;

/** A dynamic slot, carved for the first job that runs on it. */
export interface Claim {
  readonly shape: Resources;
  readonly claimedAt: number;
}

/**
 * A worker's startd as the collector and the negotiator see it: one partitionable slot. Of a dead one everything is as
 * it was last heard.
 */
export interface Slot {
  readonly instanceId: string;
  readonly fleet: string;
  /** Of a worker from before there were fleets: the only queue whose pilots it takes. */
  readonly queue: string | undefined;
  /** Until when it lives; undefined: nobody says. */
  readonly endsAt: number | undefined;
  /** The only width, in cores, of the jobs that it takes; undefined: any. */
  readonly width: number | undefined;
  /** In its first minutes: jobs of so many cores or more; undefined: any. */
  readonly firstWidth: number | undefined;
  /** How long a job is taken to run that does not say it itself; undefined: no time. */
  readonly jobWallSeconds: number | undefined;
  readonly total: Resources;
  readonly joinedAt: number;
  free: Resources;
  readonly running: Map<PoolJob, Claim>;
  draining: boolean;
  /** False: its startd has no CCB contact, and matches to it come to nothing. */
  readonly reachable: boolean;
  idleSince: number | null;
  /** Power was cut without a word: the ad stays until it is forgotten or expires, and matches to it come to nothing. */
  diedAt: number | undefined;
  /** Why its ad cannot be read; undefined: it can. */
  unreadable: string | undefined;
  /** What is odd about it, if anything is. */
  readonly odd: Oddity | undefined;
}

/** UPDATE_INTERVAL of a startd. */
export const UPDATE_SECONDS = 300;

/** When the slot's last update came. */
export const heardAt = ({ joinedAt, diedAt }: Slot, now: number): number => {
  const until = diedAt ?? now;
  return until - ((until - joinedAt) % UPDATE_SECONDS);
};

export const isAlive = (slot: Slot): boolean => slot.diedAt === undefined;
