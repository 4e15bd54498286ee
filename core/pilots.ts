import type { PilotFacts } from './chain/step.ts';
import type { PilotDecision } from './decisions.ts';
import { countPilots, type PilotCounts, readyJobs } from './demand.ts';
import { establish, type Facts, type Observed } from './facts.ts';
import { submissionIdOf } from './names.ts';
import { jobsOf } from './panda.ts';
import { MOST_PILOTS_AT_ONCE } from './pool.ts';
import type { SubmissionRecord } from './records.ts';
import {
  badSettings,
  lastGood,
  type ParsedSettings,
  type QueueSettings,
  type Settled,
  shapeOf,
  siteOf,
} from './settings.ts';

/** Everything the decision about pilots rests on. */
export interface PilotWorld extends Observed {
  readonly queues: readonly ParsedSettings[];
  readonly submissions: Readonly<Record<string, readonly SubmissionRecord[]>>;
  /** Pilots ever submitted, by queue. */
  readonly pilotsEver: Readonly<Record<string, number>>;
}

const waitingNow = (counts: PilotCounts): number => counts.idle + counts.held + counts.justSubmitted;

const hold = (queue: string, at: number, why: string): PilotDecision => ({
  kind: 'hold',
  queue,
  at,
  why: [why],
  counts: {},
});

const countQueue = (facts: Facts, world: PilotWorld, queue: string): PilotCounts =>
  countPilots(facts.pilots(queue), world.submissions[queue] ?? [], facts.viewedAt);

/** What the chain of a queue may look at. */
const chainFacts = (
  settings: QueueSettings,
  counts: PilotCounts,
  facts: Facts,
  world: PilotWorld,
  pilotsInFactory: number,
): { readonly given: PilotFacts; readonly seen: string } => {
  const pilots = facts.pilots(settings.name);
  const jobs = jobsOf(facts.jobs, siteOf(settings), settings.resourceTypes);
  const { ready, taken } = readyJobs(jobs, pilots);
  const seen = `activated ${jobs.activated}${taken > 0 ? ` (${taken} of them taken since)` : ''}, pilots waiting ${waitingNow(counts)}, running ${counts.running}`;
  const given: PilotFacts = {
    ready,
    notReady: jobs.notReady,
    pending: waitingNow(counts),
    running: counts.running,
    pilotsInFactory,
    pilotsEver: world.pilotsEver[settings.name] ?? 0,
    siteStatus: facts.siteStatus(siteOf(settings)),
    ended: pilots.ended,
  };
  return { given, seen };
};

/**
 * Idle pilots that can go: those the chain asks to remove, or those with no job behind them that the chain would not
 * submit again if they were gone (a MinPending keeps its minimum).
 */
const removable = (settings: QueueSettings, given: PilotFacts, n: number, pilots: PilotCounts): number => {
  const { idle, justSubmitted } = pilots;
  if (n < 0) return Math.min(-n, idle);
  // A held pilot keeps a new one from being submitted, but it takes no job away from those that wait.
  const surplus = Math.min(idle, idle + justSubmitted - given.ready);
  if (n > 0 || surplus <= 0) return 0;
  const without = settings.chain.run({ ...given, pending: given.pending - surplus });
  return without.ok ? Math.max(0, surplus - Math.max(0, without.n)) : 0;
};

/** Statuses besides `offline` (which is the chain's to judge) in which PanDA gives a site no jobs; as Harvester has it. */
const SHUT = ['standby', 'maintenance', 'paused'];
const isShut = (status: string | undefined): boolean => status !== undefined && SHUT.includes(status);

/** What is done with a queue that is not active; undefined if it is. */
const inactive = (settings: QueueSettings, at: number, counts: PilotCounts): PilotDecision | undefined => {
  const { name: queue, state } = settings;
  const told = { queue, at, counts: { pilotsWaiting: waitingNow(counts), pilotsRunning: counts.running } };
  switch (state) {
    case 'active':
      return undefined;
    case 'paused':
      return { ...told, kind: 'rest', why: ['the queue is paused'] };
    case 'drain': {
      const why = ['the queue is drained'];
      return counts.idle > 0
        ? { ...told, kind: 'remove', why, count: counts.idle, leave: 0 }
        : { ...told, kind: 'rest', why };
    }
    default:
      return state satisfies never;
  }
};

const planQueue = (
  { settings, outdated }: Settled,
  facts: Facts,
  world: PilotWorld,
  pilotsInFactory: number,
): PilotDecision => {
  const { name: queue } = settings;
  const at = facts.now;
  const pilots = countQueue(facts, world, queue);
  const resting = inactive(settings, at, pilots);
  if (resting !== undefined) return resting;

  const { given, seen } = chainFacts(settings, pilots, facts, world, pilotsInFactory);
  const counts = { jobsReady: given.ready, pilotsWaiting: given.pending, pilotsRunning: given.running };
  const wish = settings.chain.run(given);
  if (!wish.ok) return { ...hold(queue, at, wish.why), counts };

  const why = [...lastGood(outdated), seen, ...wish.why];
  if (wish.n > 0 && isShut(given.siteStatus)) {
    return {
      kind: 'rest',
      queue,
      at,
      why: [...why, `PanDA has the site in ${given.siteStatus}: no pilots`],
      counts,
    };
  }
  if (wish.n > 0) {
    return {
      kind: 'submit',
      queue,
      at,
      why,
      counts,
      count: Math.min(wish.n, MOST_PILOTS_AT_ONCE),
      shape: shapeOf(settings),
      viewedAt: facts.viewedAt,
      requestId: submissionIdOf(queue, at),
    };
  }
  const count = removable(settings, given, wish.n, pilots);
  if (count === 0) return { kind: 'rest', queue, at, why, counts };
  const surplus = `${count} idle pilots have no job behind them`;
  return { kind: 'remove', queue, at, why: [...why, surplus], counts, count, leave: pilots.idle - count };
};

/**
 * Queue 1: how many pilots to submit to, or remove from, the pool for each queue. Pure: the same world gives the same
 * decisions. Without facts every queue holds; a queue with bad settings holds alone.
 */
export const planPilots = (world: PilotWorld): readonly PilotDecision[] => {
  const established = establish(world);
  const { now } = world;
  const pilots = (queue: ParsedSettings): number => {
    if (!established.ok || !queue.ok) return 0;
    const counts = countQueue(established.facts, world, queue.settings.name);
    return waitingNow(counts) + counts.running;
  };
  let inFactory = world.queues.reduce((n, queue) => n + pilots(queue), 0);
  return world.queues.map((queue) => {
    if (!queue.ok) return hold(queue.queue, now, badSettings(queue));
    if (!established.ok) return hold(queue.settings.name, now, established.why);
    const decision = planQueue(queue, established.facts, world, inFactory);
    // What one queue submits, the next one finds in the factory: a cap over all queues is not filled twice.
    if (decision.kind === 'submit') inFactory += decision.count;
    return decision;
  });
};
