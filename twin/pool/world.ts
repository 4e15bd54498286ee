import type { SubmitRequest } from '../../core/model/pool.ts';
import { fits, minus } from '../../core/model/resources.ts';
import { takes } from '../../core/model/takes.ts';
import type { Clock } from '../clock/clock.ts';
import { newAccountant } from './accountant.ts';
import { isFresh } from './claim.ts';
import { collector, type NewWorker } from './collector.ts';
import { cycles } from './cycles.ts';
import { type Claim, isAlive, type Pilot, type PlainJob, type PoolJob, type Slot } from './model.ts';
import { negotiate } from './negotiator.ts';
import { newSchedd, type PlainSubmission } from './schedd.ts';

/** What a job does once it has a slot. It calls `end` when it is done; `stop` tells it that its machine is gone. */
export type RunJob = (job: PoolJob, end: () => void) => { stop(): void };

export interface PoolOptions {
  readonly clock: Clock;
  /** NEGOTIATOR_INTERVAL; HTCondor's default is 60 s. */
  readonly negotiatorSeconds?: number;
  /** The negotiator is asked for cycles between; left out: by nobody. */
  readonly asked?: Asked;
  readonly runJob: RunJob;
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
  /** Jobs that are no pilots. */
  readonly plain: ReadonlyMap<number, PlainJob>;
  readonly slots: ReadonlyMap<string, Slot>;
  readonly collectorStartedAt: number;
  /** When a job last began to wait. */
  readonly waitsSince: number;
  /** Restarts the collector: slots come back one by one, each with its next update. */
  restartCollector(): void;
  isKnown(slot: Slot): boolean;
  submit(request: SubmitRequest): void;
  /** Somebody submits a plain job. */
  send(submission: PlainSubmission): void;
  /** Removes up to so many of a queue's idle pilots, the newest first; those of one fleet, if it is named. */
  remove(queue: string, count: number, fleet?: string): number;
  idleOf(queue: string, fleet?: string): number;
  join(worker: NewWorker): void;
  /** The startd shuts down in order: its ads go at once. */
  leave(instanceId: string): void;
  /** Power is cut: jobs are lost, the ad stays as it was. Returns how many jobs were running. */
  cutPower(instanceId: string): number;
  /** False: the collector does not know it, or it is dead. */
  setDraining(instanceId: string, draining: boolean): boolean;
  /** From now on its ad says something that cannot be read, and why; undefined: it says what is so again. */
  spoil(instanceId: string, why: string | undefined): void;
  /** Takes a worker's ads out of the collector: a live one's come back with its next update. */
  forget(instanceId: string): void;
  /** Puts ads of no daemon into the collector, a blank line between two. */
  advertise(ads: string): void;
  /** Those that are there, by their names. */
  readonly generic: ReadonlyMap<string, string>;
}

export const poolWorld = (options: PoolOptions): PoolWorld => {
  const { clock, asked, runJob, onIdle = () => {}, onClaimed = () => {} } = options;
  const ads = collector(clock);
  const schedd = newSchedd();
  const accountant = newAccountant();
  const inCharge = new Map<PoolJob, { stop(): void }>();
  const generic = new Map<string, string>();

  const alive = (instanceId: string): Slot | undefined => {
    const slot = ads.slots.get(instanceId);
    return slot !== undefined && isAlive(slot) ? slot : undefined;
  };

  /** A job begins on a dynamic slot. */
  const begin = (job: PoolJob, slot: Slot, claim: Claim) => {
    schedd.take(job);
    slot.running.set(job, claim);
    slot.idleSince = null;
    const since = clock.now;
    job.starts += 1;
    job.life = { kind: 'running', since, instanceId: slot.instanceId };
    const charge = runJob(job, () => {
      slot.running.delete(job);
      inCharge.delete(job);
      const { now } = clock;
      job.life = { kind: 'ended', since: now, ranSeconds: now - since, instanceId: slot.instanceId };
      reuse(job, slot, claim);
    });
    inCharge.set(job, charge);
  };

  const carve = (job: PoolJob, slot: Slot) => {
    if (!isAlive(slot) || !slot.reachable) return;
    if (slot.running.size === 0) onClaimed(slot);
    slot.free = minus(slot.free, job.shape);
    accountant.book(job.submitter, job.shape.cpus, clock.now);
    begin(job, slot, { shape: job.shape, claimedAt: clock.now });
  };

  /** START lets a claim be used again by jobs of the same cores only. */
  const nextFor = ({ submitter }: PoolJob, slot: Slot, { shape, claimedAt }: Claim): PoolJob | undefined => {
    if (slot.draining || !isFresh(claimedAt, clock.now)) return undefined;
    for (const job of schedd.waiting.get(submitter) ?? []) {
      const isLike = job.shape.cpus === shape.cpus && fits(job.shape, shape);
      if (isLike && takes(slot, job, clock.now)) return job;
    }
    return undefined;
  };

  /** The schedd starts the submitter's next job on the claim, without a negotiation; or it gives the claim back. */
  const reuse = (ended: PoolJob, slot: Slot, claim: Claim) => {
    const next = nextFor(ended, slot, claim);
    if (next !== undefined) return begin(next, slot, claim);
    slot.free = minus(slot.free, claim.shape, -1);
    accountant.book(ended.submitter, -claim.shape.cpus, clock.now);
    if (slot.running.size > 0) return;
    slot.idleSince = clock.now;
    onIdle(slot);
  };

  const negotiateNow = () => {
    const { waiting } = schedd;
    if (waiting.size === 0) return;
    negotiate({ now: clock.now, waiting, slots: ads.known(), accountant, match: carve });
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
  const askedBySubmit = () => {
    if (asked !== undefined) negotiator.ask();
  };

  return {
    generic,
    advertise(texts) {
      for (const text of texts.split('\n\n')) {
        const name = /^Name = "(.*)"$/m.exec(text)?.[1];
        if (name !== undefined) generic.set(name, text);
      }
    },
    clock,
    pilots: schedd.pilots,
    plain: schedd.plain,
    slots: ads.slots,
    get collectorStartedAt() {
      return ads.startedAt;
    },
    get waitsSince() {
      return schedd.waitsSince;
    },
    isKnown: ads.isKnown,
    restartCollector: ads.restart,
    submit(request) {
      schedd.submit(request, clock.now);
      askedBySubmit();
    },
    send(submission) {
      schedd.send(submission, clock.now);
      askedBySubmit();
    },
    remove(queue, count, fleet) {
      const removed = schedd
        .idleOf(queue, fleet)
        .toSorted((a, b) => b.id - a.id)
        .slice(0, count);
      for (const pilot of removed) {
        pilot.life = { kind: 'removed' };
        schedd.take(pilot);
      }
      return removed.length;
    },
    idleOf: (queue, fleet) => schedd.idleOf(queue, fleet).length,
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
      for (const [job, { shape }] of slot.running) {
        inCharge.get(job)?.stop();
        inCharge.delete(job);
        accountant.book(job.submitter, -shape.cpus, clock.now);
        job.life = { kind: 'idle', since: clock.now };
        schedd.queue(job);
      }
      return slot.running.size;
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
