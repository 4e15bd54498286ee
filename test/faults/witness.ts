import type { Decision } from '../../core/model/decision.ts';
import type { PoolView } from '../../core/model/pool.ts';
import type { TwinInstance } from '../../twin/aws/ec2/instance.ts';
import type { Invocation } from './gate.ts';
import { settingsOf } from './queues.ts';
import type { QueueRules } from './rules.ts';
import { BY_HAND, launchOf, queueOf, type Truth } from './truth.ts';

/** A law of the design that did not hold, and how. */
export interface Break {
  readonly law: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  readonly at: number;
  readonly what: string;
}

/**
 * Sees what reaches EC2 and the pool, in truth, and says when a law is broken: caps (1), never twice (2), busy means
 * safe (3), no facts, no action (5). Never asks the ledger what is so.
 */
export interface Witness {
  readonly breaks: readonly Break[];
  broken(law: Break['law'], what: string): void;
  /** CreateFleet is carried out: how many of a launch were asked for the first time it was asked. */
  fleetAsked(launchId: string, count: number): void;
  born(instances: readonly TwinInstance[], by: Invocation): void;
  /** TerminateInstances is about to be carried out. */
  ending(instanceIds: readonly string[], by: Invocation): void;
  draining(instanceIds: readonly string[], by: Invocation): void;
  undraining(instanceIds: readonly string[]): void;
  pilotsAsked(requestId: string, queue: string, by: Invocation): void;
  pilotsRemoved(queue: string, by: Invocation): void;
  /** A decision that nobody had made before is written down. */
  decided(decision: Decision, by: Invocation): void;
  shown(view: PoolView): void;
}

/**
 * A job may begin between the view that a decision rests on and the decision's arrival at EC2, and nobody could have
 * known: the age up to which a view is taken for a new one, a tick's longest time, and the time that a request may hang.
 */
const UNKNOWABLE_SECONDS = 180 + 50 + 40;

/** From the moment that a drain is dated to the moment at which the order goes out. */
const ORDER_SECONDS = 60;

const key = (of: string, queue: string, moment: number) => `${of} ${queue} ${moment}`;

export const witness = ({ clock, pool, ec2, protection }: Truth, rules: QueueRules): Witness => {
  const breaks: Break[] = [];
  const firstAsked = new Map<string, number>();
  const bornOf = new Map<string, number>();
  const drainedAt = new Map<string, number>();
  const shownAt = new Map<string, number>();
  const requests = new Map<string, string>();
  const decisions = new Map<string, Decision>();
  const broken = (law: Break['law'], what: string) => void breaks.push({ law, at: clock.now, what });

  /** Law 5: an order of a run that was shown what may not be acted on has to stand in a decision made before. */
  const needsFacts = (by: Invocation, what: string, isDecided: () => boolean) => {
    if (by.doubts.size === 0 || isDecided()) return;
    broken(5, `${what} by ${by.id}, whose facts were no facts: ${[...by.doubts].join('; ')}`);
  };
  const decidedFor = (of: 'pilots' | 'workers', queue: string, by: Invocation) =>
    decisions.get(key(of, queue, by.moment));
  const retirementOf = (instanceId: string, by: Invocation): boolean => {
    const instance = ec2.instances.get(instanceId);
    const decision = decidedFor('workers', instance === undefined ? '' : queueOf(instance), by);
    return decision?.kind === 'act' && decision.retirements.some((of) => of.instanceId === instanceId);
  };

  const capsHold = (queue: string, by: Invocation) => {
    const cap = rules.mostAllowed(queue);
    // What others launch beside aerie is no launch of aerie's.
    const live = [...ec2.live].filter((of) => queueOf(of) === queue && launchOf(of) !== BY_HAND);
    const cores = live.reduce((n, { vcpus }) => n + vcpus, 0);
    if (live.length > cap.workers || cores > cap.cores) {
      const most = `allowed are ${cap.workers} with ${cap.cores}`;
      broken(1, `${queue} has ${live.length} live workers with ${cores} cores, ${most} (${by.id})`);
    }
  };
  const leftAlone = (instanceId: string, by: Invocation, verb: string) => {
    if (protection.forbids(instanceId, by))
      broken(3, `${instanceId} is protected, and was ${verb} (${by.id})`);
  };
  const jobsLost = (instanceId: string, by: Invocation) => {
    const slot = pool.slots.get(instanceId);
    if (slot === undefined || slot.diedAt !== undefined || slot.running.size === 0) return;
    const known = [...slot.running.keys()].filter(
      ({ life }) => life.kind === 'running' && clock.now - life.since > UNKNOWABLE_SECONDS,
    );
    if (known.length === 0) return;
    const instance = ec2.instances.get(instanceId);
    const deadline = settingsOf(rules.nameOf(instance)).drainDeadlineSeconds;
    const given = Math.max(
      clock.now - (drainedAt.get(instanceId) ?? clock.now),
      clock.now - (shownAt.get(instanceId) ?? clock.now),
    );
    if (given + ORDER_SECONDS >= deadline) return;
    const how = drainedAt.has(instanceId)
      ? `${Math.round(given)} s after its drain began`
      : 'without a drain';
    broken(3, `${instanceId} was ended with ${known.length} jobs running, ${how} (${by.id})`);
  };

  return {
    breaks,
    broken,
    fleetAsked(launchId, count) {
      if (!firstAsked.has(launchId)) firstAsked.set(launchId, count);
    },
    born(instances, by) {
      const launched = instances.filter((instance) => launchOf(instance) !== BY_HAND);
      for (const instance of launched) {
        const launch = launchOf(instance);
        const count = (bornOf.get(launch) ?? 0) + 1;
        bornOf.set(launch, count);
        const asked = firstAsked.get(launch) ?? 0;
        if (count > asked) broken(2, `launch ${launch} of ${asked} has brought forth ${count} (${by.id})`);
        needsFacts(by, `launch ${launch}`, () => {
          const decision = decidedFor('workers', queueOf(instance), by);
          return decision?.kind === 'act' && decision.launches.some((of) => of.request.launchId === launch);
        });
      }
      for (const queue of new Set(launched.map(queueOf))) capsHold(queue, by);
    },
    ending(instanceIds, by) {
      for (const id of instanceIds) {
        needsFacts(by, `end of ${id}`, () => retirementOf(id, by));
        leftAlone(id, by, 'ended');
        jobsLost(id, by);
      }
    },
    draining(instanceIds, by) {
      for (const id of instanceIds) {
        leftAlone(id, by, 'drained');
        if (!drainedAt.has(id)) drainedAt.set(id, clock.now);
        if (by.of !== 'events') needsFacts(by, `drain of ${id}`, () => retirementOf(id, by));
      }
    },
    undraining(instanceIds) {
      for (const id of instanceIds) drainedAt.delete(id);
    },
    pilotsAsked(requestId, queue, by) {
      const tick = key('pilots', queue, by.moment);
      const before = requests.get(tick);
      if (before !== undefined && before !== requestId) {
        broken(2, `pilots of ${queue} for one tick were asked for as ${before} and as ${requestId}`);
      }
      requests.set(tick, requestId);
      needsFacts(by, `pilots of ${queue}`, () => decisions.get(tick)?.kind === 'submit');
    },
    pilotsRemoved(queue, by) {
      const tick = key('pilots', queue, by.moment);
      needsFacts(by, `removal of pilots of ${queue}`, () => decisions.get(tick)?.kind === 'remove');
    },
    decided(decision, by) {
      const { of, queue, at, kind } = decision;
      if (kind !== 'hold' && kind !== 'rest') needsFacts(by, `decision to ${kind} for ${queue}`, () => false);
      if (!decisions.has(key(of, queue, at))) decisions.set(key(of, queue, at), decision);
    },
    shown(view) {
      if (!view.workers.complete) return;
      for (const { instanceId } of view.workers.workers) shownAt.set(instanceId, clock.now);
    },
  };
};
