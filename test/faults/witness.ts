import { type Decision, whose } from '../../core/model/decision.ts';
import type { PoolView } from '../../core/model/pool.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import type { TwinInstance } from '../../twin/aws/ec2/instance.ts';
import type { Invocation } from './gate.ts';
import type { Break } from './laws.ts';
import { fleetSettingsOf } from './queues.ts';
import type { Rules } from './rules.ts';
import { type SleepWitness, sleepWitness } from './sleep-witness.ts';
import { BEFORE, BY_HAND, fleetOf, launchOf, type Truth } from './truth.ts';

/**
 * Sees what reaches EC2 and the pool, in truth, and says when a law is broken: caps (1), never twice (2), busy means
 * safe (3), no facts, no action (5). Never asks the ledger what is so, only which wake it has written down.
 */
export interface Witness extends SleepWitness {
  readonly breaks: readonly Break[];
  broken(law: Break['law'], what: string): void;
  /** A launch is carried out: how many were asked for the first time it was asked. */
  launchAsked(launchId: string, count: number): void;
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

/** What others launch is no launch of aerie's. */
const LAUNCHED_BY_OTHERS: ReadonlySet<string> = new Set([BY_HAND, BEFORE]);

/** From the moment that a drain is dated to the moment at which the order goes out. */
const ORDER_SECONDS = 60;

const key = (of: string, name: string, moment: number) => `${of} ${name} ${moment}`;

export const witness = (
  truth: Truth,
  rules: Rules,
  recordOf: (instanceId: string) => WorkerRecord | undefined,
): Witness => {
  const { clock, pool, machines, protection } = truth;
  const breaks: Break[] = [];
  const firstAsked = new Map<string, number>();
  const bornOf = new Map<string, number>();
  const drainedAt = new Map<string, number>();
  const shownAt = new Map<string, number>();
  const requests = new Map<string, string>();
  const decisions = new Map<string, Decision>();
  const launchesDecided = new Set<string>();
  const broken = (law: Break['law'], what: string) => void breaks.push({ law, at: clock.now, what });

  const holdsAgainst = (
    doubts: ReadonlySet<string>,
    by: Invocation,
    what: string,
    isDecided: () => boolean,
  ) => {
    if (doubts.size === 0 || isDecided()) return;
    broken(5, `${what} by ${by.id}, whose facts were no facts: ${[...doubts].join('; ')}`);
  };
  /** Law 5: an order of a run that was shown what may not be acted on has to stand in a decision made before. */
  const needsPool = (by: Invocation, what: string, isDecided: () => boolean) =>
    holdsAgainst(by.doubts, by, what, isDecided);
  /** The same of what rests on PanDA's jobs too: all that is done with pilots, and launches for them. */
  const needsJobs = (by: Invocation, what: string, isDecided: () => boolean) =>
    holdsAgainst(new Set([...by.doubts, ...by.jobDoubts]), by, what, isDecided);
  const decidedFor = (of: 'pilots' | 'workers', name: string, by: Invocation) =>
    decisions.get(key(of, name, by.moment));
  /** What its tick has decided of a worker's fleet. */
  const actOn = (instanceId: string, by: Invocation) => {
    const instance = machines.of(instanceId);
    const decision = decidedFor('workers', instance === undefined ? '' : fleetOf(instance), by);
    return decision?.kind === 'act' ? decision : undefined;
  };
  const retirementOf = (instanceId: string, by: Invocation): boolean =>
    actOn(instanceId, by)?.retirements.some((of) => of.instanceId === instanceId) === true;
  const isDecided = (of: 'wakes' | 'mayStop', instanceId: string, by: Invocation): boolean => {
    const { wakes = [], mayStop = [] } = actOn(instanceId, by) ?? {};
    return of === 'wakes'
      ? wakes.some((wake) => wake.instanceId === instanceId)
      : mayStop.includes(instanceId);
  };

  const capsHold = (fleet: string, by: Invocation) => {
    const cap = rules.mostAllowed(fleet);
    // What others launch or start beside aerie is no launch of aerie's.
    const live = machines.live().filter((of) => fleetOf(of) === fleet && !truth.isByHand(of));
    const cores = live.reduce((n, { vcpus }) => n + vcpus, 0);
    if (live.length > cap.workers || cores > cap.cores) {
      const most = `allowed are ${cap.workers} with ${cap.cores}`;
      broken(1, `fleet ${fleet} has ${live.length} live workers with ${cores} cores, ${most} (${by.id})`);
    }
  };
  const leftAlone = (instanceId: string, by: Invocation, verb: string) => {
    if (protection.forbids(instanceId, by))
      broken(3, `${instanceId} is protected, and was ${verb} (${by.id})`);
  };
  const isBroken = (instanceId: string): boolean =>
    truth.site?.serverOf(instanceId)?.status === 'ERROR' && machines.of(instanceId)?.life.kind !== 'running';
  const jobsLost = (instanceId: string, by: Invocation) => {
    const slot = pool.slots.get(instanceId);
    if (slot === undefined || slot.diedAt !== undefined || slot.running.size === 0) return;
    const known = [...slot.running.keys()].filter(
      ({ life }) => life.kind === 'running' && clock.now - life.since > UNKNOWABLE_SECONDS,
    );
    if (known.length === 0) return;
    const instance = machines.of(instanceId);
    const deadline = fleetSettingsOf(rules.fleetNameOf(instance)).drainDeadlineSeconds;
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
    ...sleepWitness(truth, rules, {
      ...{ broken, capsHold, leftAlone, isDecided, needsJobs, needsPool, recordOf },
    }),
    launchAsked(launchId, count) {
      if (!firstAsked.has(launchId)) firstAsked.set(launchId, count);
    },
    born(instances, by) {
      const launched = instances.filter((instance) => !LAUNCHED_BY_OTHERS.has(launchOf(instance)));
      for (const instance of launched) {
        const launch = launchOf(instance);
        const count = (bornOf.get(launch) ?? 0) + 1;
        bornOf.set(launch, count);
        const asked = firstAsked.get(launch) ?? 0;
        if (count > asked) broken(2, `launch ${launch} of ${asked} has brought forth ${count} (${by.id})`);
        // Whoever asks for it again finishes what an earlier tick has decided on facts of its own.
        needsJobs(by, `launch ${launch}`, () => launchesDecided.has(launch));
      }
      for (const fleet of new Set(launched.map(fleetOf))) capsHold(fleet, by);
    },
    ending(instanceIds, by) {
      for (const id of instanceIds) {
        // What a cloud could not make, or has broken, does nothing that the pool could know of.
        if (!isBroken(id)) needsPool(by, `end of ${id}`, () => retirementOf(id, by));
        leftAlone(id, by, 'ended');
        jobsLost(id, by);
      }
    },
    draining(instanceIds, by) {
      for (const id of instanceIds) {
        leftAlone(id, by, 'drained');
        if (!drainedAt.has(id)) drainedAt.set(id, clock.now);
        if (by.of !== 'events') needsPool(by, `drain of ${id}`, () => retirementOf(id, by));
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
      needsJobs(by, `pilots of ${queue}`, () => decisions.get(tick)?.kind === 'submit');
    },
    pilotsRemoved(queue, by) {
      const tick = key('pilots', queue, by.moment);
      needsPool(by, `removal of pilots of ${queue}`, () => decisions.get(tick)?.kind === 'remove');
    },
    decided(decision, by) {
      const { of, at, kind } = decision;
      const name = whose(decision);
      // Who leaves does not depend on PanDA, and nor do pilots that are removed whatever jobs there are.
      const isForJobs =
        kind === 'submit' || (kind === 'act' && decision.launches.length + (decision.wakes ?? []).length > 0);
      const needsFacts = isForJobs ? needsJobs : needsPool;
      if (kind !== 'hold' && kind !== 'rest') needsFacts(by, `decision to ${kind} for ${name}`, () => false);
      if (decisions.has(key(of, name, at))) return;
      decisions.set(key(of, name, at), decision);
      if (kind !== 'act') return;
      for (const { request } of decision.launches) launchesDecided.add(request.launchId);
    },
    shown(view) {
      if (!view.workers.complete) return;
      for (const { instanceId } of view.workers.workers) shownAt.set(instanceId, clock.now);
    },
  };
};
