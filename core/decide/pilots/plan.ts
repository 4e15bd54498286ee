import type { PilotFacts } from '../../chain/step.ts';
import type { PilotDecision } from '../../model/decision.ts';
import { submissionIdOf } from '../../model/names.ts';
import { jobsOf } from '../../model/panda.ts';
import { MOST_PILOTS_AT_ONCE } from '../../model/pool.ts';
import type { Reason } from '../../model/reason.ts';
import type { PilotCounts } from '../../observe/demand.ts';
import { unreadOf } from '../../observe/unread.ts';
import type { ParsedSettings, QueueSettings } from '../../settings/queue-settings.ts';
import { shapeOf, siteOf, type UsableSettings } from '../../settings/queue-settings.ts';
import { badSettings, lastGood } from '../../settings/reasons.ts';
import { endingCredentials } from './ending-credentials.ts';
import { chainFacts, emptyHanded, type PilotsInput, pilotsOf, waitingNow } from './facts.ts';

/** What every decision about a queue says of itself. */
type Head = Pick<PilotDecision, 'queue' | 'at' | 'why' | 'counts'>;

const hold = (queue: string, at: number, why: Reason): PilotDecision => ({
  kind: 'hold',
  queue,
  at,
  why: [why],
  counts: {},
});

const because = (told: Head, why: Reason): Head => ({ ...told, why: [...told.why, why] });

/** Removes idle pilots, as many as one request may; none is no decision to remove. */
const remove = (told: Head, count: number, idle: number, why: Reason): PilotDecision => {
  const removed = Math.min(count, MOST_PILOTS_AT_ONCE);
  return removed === 0
    ? { ...told, kind: 'rest' }
    : { ...because(told, why), kind: 'remove', count: removed, leave: idle - removed };
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

const isShut = (status: string | undefined): status is string =>
  status !== undefined && SHUT.includes(status);

/** What is done with a queue that is not active; undefined if it is. */
const inactive = (settings: QueueSettings, at: number, pilots: PilotCounts): PilotDecision | undefined => {
  const counts = { pilotsWaiting: waitingNow(pilots), pilotsRunning: pilots.running };
  const told: Head = { queue: settings.name, at, why: [], counts };
  switch (settings.state) {
    case 'active':
      return undefined;
    case 'paused':
      return { ...because(told, { kind: 'queue-paused' }), kind: 'rest' };
    case 'drain': {
      const drained = because(told, { kind: 'queue-drained' });
      return remove(drained, pilots.idle, pilots.idle, { kind: 'idle-pilots-removed' });
    }
    default:
      return settings.state satisfies never;
  }
};

const planQueue = (
  { settings, outdated }: UsableSettings,
  input: PilotsInput,
  pilotsInFactory: number,
): PilotDecision => {
  const { facts } = input;
  const { name: queue } = settings;
  const at = facts.now;
  const pilots = pilotsOf(input, queue);
  const resting = inactive(settings, at, pilots);
  if (resting !== undefined) return resting;

  const { given, seen } = chainFacts(settings, pilots, input, pilotsInFactory);
  const counts = { jobsReady: given.ready, pilotsWaiting: given.pending, pilotsRunning: given.running };
  const ending = endingCredentials(facts, settings);
  const wish = settings.chain.run(given);
  if (!wish.ok) return { ...hold(queue, at, wish.why), counts, why: [wish.why, ...ending] };

  const told: Head = { queue, at, why: [...ending, ...lastGood(outdated), seen, ...wish.why], counts };
  if (wish.n <= 0) {
    const count = removable(settings, given, wish.n, pilots);
    return remove(told, count, pilots.idle, { kind: 'pilots-without-jobs', idlePilots: count });
  }
  const { siteStatus: status } = given;
  if (isShut(status)) {
    return { ...because(told, { kind: 'site-shut', status }), kind: 'rest' };
  }
  const { onPilots } = jobsOf(facts.jobs, siteOf(settings), settings.resourceTypes);
  const brake = emptyHanded(facts.pilots(queue), onPilots);
  const most = brake === undefined ? MOST_PILOTS_AT_ONCE : Math.max(0, 1 - given.pending);
  const braked: Head =
    brake === undefined ? told : { ...because(told, brake), counts: { ...counts, breakersOpen: 1 } };
  const count = Math.min(wish.n, most);
  if (count === 0) return { ...braked, kind: 'rest' };
  const { viewedAt } = facts;
  const requestId = submissionIdOf(queue, at);
  return { ...braked, kind: 'submit', count, shape: shapeOf(settings), viewedAt, requestId };
};

/** Holds every queue, for one reason that they share. */
export const holdPilots = (
  { queues }: Pick<PilotsInput, 'queues'>,
  now: number,
  why: Reason,
): readonly PilotDecision[] =>
  queues.map((queue) =>
    queue.ok ? hold(queue.settings.name, now, why) : hold(queue.queue, now, badSettings(queue.problems)),
  );

/**
 * Queue 1: decides how many pilots to submit to, or remove from, the pool for every queue. Pure: the same input gives the
 * same decisions. A queue with bad settings holds alone.
 */
export const planPilots = (input: PilotsInput): readonly PilotDecision[] => {
  const { facts, queues } = input;
  const pilots = (queue: ParsedSettings): number => {
    if (!queue.ok) return 0;
    const counts = pilotsOf(input, queue.settings.name);
    return waitingNow(counts) + counts.running;
  };
  let inFactory = queues.reduce((n, queue) => n + pilots(queue), 0);
  return queues.map((queue) => {
    if (!queue.ok) return hold(queue.queue, facts.now, badSettings(queue.problems));
    const { name, chain } = queue.settings;
    const isShared = chain.looksAtFactory;
    const unread = unreadOf(input.unread ?? [], { of: 'pilots', queue: name, isShared });
    if (unread !== undefined) return hold(name, facts.now, unread);
    const decision = planQueue(queue, input, inFactory);
    // What one queue submits, the next one finds in the factory: a cap over all queues is not filled twice.
    if (decision.kind === 'submit') inFactory += decision.count;
    return decision;
  });
};
