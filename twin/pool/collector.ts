import { DEFAULT_FLEET } from '../../core/model/pool.ts';
import type { Resources } from '../../core/model/resources.ts';
import type { Clock } from '../clock/clock.ts';
import { heardAt, isAlive, type Slot, UPDATE_SECONDS } from './model.ts';
import type { Oddity } from './odd.ts';

/** A worker whose startd has started. */
export interface NewWorker {
  readonly instanceId: string;
  /** The default one unless said. */
  readonly fleet?: string;
  /** Of a worker from before there were fleets. */
  readonly queue?: string | undefined;
  readonly endsAt?: number | undefined;
  readonly width?: number | undefined;
  readonly firstWidth?: number | undefined;
  readonly jobWallSeconds?: number | undefined;
  readonly total: Resources;
  /** False: without CCB. */
  readonly reachable?: boolean;
  readonly odd?: Oddity | undefined;
}

/** The simulated collector: which slots it has heard of, dead ones included until their ads expire. */
export interface Collector {
  readonly startedAt: number;
  readonly slots: ReadonlyMap<string, Slot>;
  /** Slots that the collector knows now. */
  known(): readonly Slot[];
  isKnown(slot: Slot): boolean;
  add(worker: NewWorker): Slot;
  drop(slot: Slot): void;
  /** Takes its ads out: a live worker's come back with its next update. */
  forget(slot: Slot): void;
  /** Power was cut without a word: the ad stays until it is forgotten or expires. */
  leaveDead(slot: Slot): void;
  /** Forgets everything; each slot comes back with its next update but one. */
  restart(): void;
}

/** CLASSAD_LIFETIME: how long an ad is believed that is not renewed. */
const AD_LIFETIME_SECONDS = 900;
/** In every run the collector has been up for a day when it begins. */
const UP_SINCE_SECONDS = 86_400;

export const collector = (clock: Clock): Collector => {
  const slots = new Map<string, Slot>();
  const knownAgainAt = new Map<Slot, number>();
  let startedAt = clock.now - UP_SINCE_SECONDS;

  const isKnown = (slot: Slot): boolean => (knownAgainAt.get(slot) ?? 0) <= clock.now;
  const drop = (slot: Slot) => {
    if (slots.get(slot.instanceId) === slot) slots.delete(slot.instanceId);
  };
  return {
    get startedAt() {
      return startedAt;
    },
    slots,
    known: () => [...slots.values()].filter(isKnown),
    isKnown,
    add({ instanceId, fleet = DEFAULT_FLEET, total, reachable = true, odd, ...takes }) {
      const joinedAt = clock.now;
      const slot: Slot = {
        instanceId,
        fleet,
        queue: takes.queue,
        endsAt: takes.endsAt,
        width: takes.width,
        firstWidth: takes.firstWidth,
        jobWallSeconds: takes.jobWallSeconds,
        total,
        joinedAt,
        free: total,
        running: new Map(),
        draining: odd === 'unwell',
        reachable,
        idleSince: joinedAt,
        diedAt: undefined,
        unreadable: odd === 'unreadable' ? 'DaemonStartTime is -1' : undefined,
        odd,
      };
      slots.set(instanceId, slot);
      return slot;
    },
    drop,
    forget(slot) {
      if (!isAlive(slot)) return drop(slot);
      const next = heardAt(slot, clock.now) + UPDATE_SECONDS;
      knownAgainAt.set(slot, Math.max(next, knownAgainAt.get(slot) ?? 0));
    },
    leaveDead(slot) {
      slot.diedAt = clock.now;
      clock.at(clock.now + AD_LIFETIME_SECONDS, () => drop(slot));
    },
    restart() {
      startedAt = clock.now;
      for (const slot of [...slots.values()].filter(isAlive)) {
        // The first update after a restart is refused ("session id"); the one after it counts.
        knownAgainAt.set(slot, heardAt(slot, clock.now) + 2 * UPDATE_SECONDS);
      }
      for (const slot of [...slots.values()]) if (!isAlive(slot)) drop(slot);
    },
  };
};
