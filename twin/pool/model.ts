import type { Resources, Shape } from '../../core/model/resources.ts';
import type { Oddity } from './odd.ts';

/** Where a pilot job stands in the schedd. */
type PilotLife =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly since: number; readonly instanceId: string }
  | {
      readonly kind: 'ended';
      readonly since: number;
      readonly ranSeconds: number;
      readonly instanceId: string;
    }
  | { readonly kind: 'removed' };

/** A pilot as a job in the schedd. */
export interface Pilot {
  readonly id: number;
  /** The same in every run: its queue, its submission and its place in it. */
  readonly name: string;
  readonly queue: string;
  readonly shape: Shape;
  readonly queuedAt: number;
  life: PilotLife;
}

/**
 * A worker's startd as the collector and the negotiator see it: one partitionable slot. Of a dead one everything is as
 * it was last heard.
 */
export interface Slot {
  readonly instanceId: string;
  readonly queue: string;
  readonly total: Resources;
  readonly joinedAt: number;
  free: Resources;
  readonly running: Set<Pilot>;
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
