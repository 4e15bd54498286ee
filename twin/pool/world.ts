import { minus, type Shape, shapeKey } from '../../core/model/resources.ts';
import type { Clock } from '../clock/clock.ts';
import { collector, type NewWorker } from './collector.ts';
import { cycles } from './cycles.ts';
import { isAlive, type Pilot, type Slot } from './model.ts';
import { negotiate } from './negotiator.ts';

/** What a pilot does once it has a slot. It calls `end` when it is done; `stop` tells it that its machine is gone. */
export type RunPilot = (pilot: Pilot, end: () => void) => { stop(): void };

export interface PoolOptions {
  readonly clock: Clock;
  /** NEGOTIATOR_INTERVAL; HTCondor's default is 60 s. */
  readonly negotiatorSeconds?: number;
  /** The negotiator is asked for cycles between; left out: by nobody. */
  readonly asked?: Asked;
  readonly runPilot: RunPilot;
  /** A slot has become idle, or is claimed again: the startd's own timer for its power-off. */
  readonly onIdle?: (slot: Slot) => void;
  readonly onClaimed?: (slot: Slot) => void;
}

/** Who asks the negotiator for a cycle: condor_submit does by itself, and the endpoint for workers that have come. */
export interface Asked {
  /** NEGOTIATOR_CYCLE_DELAY: the least between two cycles. */
  readonly delaySeconds: number;
  /** How long after a worker has registered the endpoint asks at the latest. */
  readonly newcomerSeconds: number;
}

/** The simulated HTCondor pool: schedd, collector and negotiator. Nothing here speaks HTTP. */
export interface PoolWorld {
  readonly clock: Clock;
  readonly pilots: ReadonlyMap<number, Pilot>;
  readonly slots: ReadonlyMap<string, Slot>;
  readonly collectorStartedAt: number;
  /** Restarts the collector: slots come back one by one, each with its next update. */
  restartCollector(): void;
  isKnown(slot: Slot): boolean;
  submit(requestId: string, queue: string, count: number, shape: Shape): void;
  remove(queue: string, count: number): number;
  idleOf(queue: string): number;
  join(worker: NewWorker): void;
  /** The startd shuts down in order: its ads go at once. */
  leave(instanceId: string): void;
  /** Power is cut: jobs are lost, the ad stays as it was. Returns how many pilots were running. */
  cutPower(instanceId: string): number;
  /** False: the collector does not know it, or it is dead. */
  setDraining(instanceId: string, draining: boolean): boolean;
  /** From now on its ad says something that cannot be read, and why; undefined: it says what is so again. */
  spoil(instanceId: string, why: string | undefined): void;
  /** Takes a worker's ads out of the collector: a live one's come back with its next update. */
  forget(instanceId: string): void;
}

export const poolWorld = (options: PoolOptions): PoolWorld => {
  const { clock, asked, runPilot, onIdle = () => {}, onClaimed = () => {} } = options;
  const ads = collector(clock);
  const pilots = new Map<number, Pilot>();
  const idle = new Set<Pilot>();
  const inCharge = new Map<Pilot, { stop(): void }>();
  let serial = 0;

  const alive = (instanceId: string): Slot | undefined => {
    const slot = ads.slots.get(instanceId);
    return slot !== undefined && isAlive(slot) ? slot : undefined;
  };

  const release = (pilot: Pilot, slot: Slot) => {
    slot.running.delete(pilot);
    inCharge.delete(pilot);
    slot.free = minus(slot.free, pilot.shape, -1);
  };

  const claim = (pilot: Pilot, slot: Slot) => {
    if (!isAlive(slot) || !slot.reachable) return;
    if (slot.running.size === 0) onClaimed(slot);
    idle.delete(pilot);
    slot.running.add(pilot);
    slot.free = minus(slot.free, pilot.shape);
    slot.idleSince = null;
    const since = clock.now;
    pilot.life = { kind: 'running', since, instanceId: slot.instanceId };
    const charge = runPilot(pilot, () => {
      release(pilot, slot);
      const { now } = clock;
      pilot.life = { kind: 'ended', since: now, ranSeconds: now - since, instanceId: slot.instanceId };
      reuse(pilot, slot);
    });
    inCharge.set(pilot, charge);
  };

  /** The schedd keeps a claim and starts its next job of the same kind on it, without a negotiation. */
  const reuse = (ended: Pilot, slot: Slot) => {
    const isAlike = ({ queue, shape }: Pilot) =>
      queue === ended.queue && shapeKey(shape) === shapeKey(ended.shape);
    const nextPilot = slot.draining ? undefined : [...idle].find(isAlike);
    if (nextPilot !== undefined) {
      claim(nextPilot, slot);
    } else if (slot.running.size === 0) {
      slot.idleSince = clock.now;
      onIdle(slot);
    }
  };

  const negotiateNow = () => {
    const visible = new Map<string, readonly Slot[]>();
    const slotsOf = (queue: string): readonly Slot[] => {
      const known = visible.get(queue) ?? ads.knownOf(queue);
      visible.set(queue, known);
      return known;
    };
    negotiate([...idle], slotsOf, claim);
  };
  const times = { intervalSeconds: options.negotiatorSeconds ?? 60, delaySeconds: asked?.delaySeconds ?? 0 };
  const negotiator = cycles(clock, times, negotiateNow);
  /** The endpoint looks for workers that are about to come: several that have are one look. */
  let isTold = true;
  const tell = ({ newcomerSeconds }: Asked) => {
    if (!isTold) return;
    isTold = false;
    clock.at(clock.now + newcomerSeconds, () => {
      isTold = true;
      negotiator.ask();
    });
  };

  return {
    clock,
    pilots,
    slots: ads.slots,
    get collectorStartedAt() {
      return ads.startedAt;
    },
    isKnown: ads.isKnown,
    restartCollector: ads.restart,
    submit(requestId, queue, count, shape) {
      for (let i = 0; i < count; i += 1) {
        serial += 1;
        const name = `${requestId}/${i}`;
        const pilot: Pilot = { id: serial, name, queue, shape, queuedAt: clock.now, life: { kind: 'idle' } };
        pilots.set(serial, pilot);
        idle.add(pilot);
      }
      if (asked !== undefined) negotiator.ask();
    },
    remove(queue, count) {
      // A pilot that has lost its machine keeps its place.
      const newestFirst = [...idle].filter((pilot) => pilot.queue === queue).sort((a, b) => b.id - a.id);
      const removed = newestFirst.slice(0, count);
      for (const pilot of removed) {
        pilot.life = { kind: 'removed' };
        idle.delete(pilot);
      }
      return removed.length;
    },
    idleOf: (queue) => [...idle].filter((pilot) => pilot.queue === queue).length,
    join(worker) {
      onIdle(ads.add(worker));
      if (asked !== undefined) tell(asked);
    },
    leave(instanceId) {
      const slot = ads.slots.get(instanceId);
      if (slot !== undefined) ads.drop(slot);
    },
    cutPower(instanceId) {
      const slot = alive(instanceId);
      if (slot === undefined) return 0;
      ads.leaveDead(slot);
      const lost = [...slot.running];
      for (const pilot of lost) {
        inCharge.get(pilot)?.stop();
        inCharge.delete(pilot);
        pilot.life = { kind: 'idle' };
        idle.add(pilot);
      }
      return lost.length;
    },
    setDraining(instanceId, draining) {
      const slot = alive(instanceId);
      if (slot === undefined || !ads.isKnown(slot)) return false;
      slot.draining = draining;
      return true;
    },
    spoil(instanceId, why) {
      const slot = ads.slots.get(instanceId);
      if (slot !== undefined) slot.unreadable = why;
    },
    forget(instanceId) {
      const slot = ads.slots.get(instanceId);
      if (slot !== undefined) ads.forget(slot);
    },
  };
};
