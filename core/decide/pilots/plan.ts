import type { PilotFacts } from '../../chain/step.ts';
import type { PilotDecision } from '../../model/decision.ts';
import { submissionIdOf } from '../../model/names.ts';
import { isOpen } from '../../model/panda.ts';
import { MOST_PILOTS_AT_ONCE } from '../../model/pool.ts';
import type { Reason } from '../../model/reason.ts';
import { asIfWithout, chainFacts, waitingNow } from '../../observe/chain-facts.ts';
import type { PilotCounts } from '../../observe/demand.ts';
import { emptyHanded } from '../../observe/empty-handed.ts';
import { siteUnknown } from '../../observe/facts.ts';
import { unreadOf } from '../../observe/unread.ts';
import type { ParsedFleet } from '../../settings/fleet-settings.ts';
import { nameOf, type UsableSettings } from '../../settings/parse.ts';
import type { ParsedQueue, QueueSettings } from '../../settings/queue-settings.ts';
import { shapeOf, siteOf } from '../../settings/queue-settings.ts';
import { badSettings, forATime, lastGood } from '../../settings/reasons.ts';
import { endingCredentials } from './ending-credentials.ts';
import { type PilotsInput, pilotsOf } from './facts.ts';
import { unshown } from './unshown.ts';

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
  const without = settings.chain.run(asIfWithout(given, surplus));
  return without.ok ? Math.max(0, surplus - Math.max(0, without.n)) : 0;
};

/** Why no pilots are submitted for a site in this status, if none are. A status that is not known is the chain's to judge. */
const notOpen = (status: string | undefined): Reason | undefined => {
  if (status === undefined) return undefined;
  const opens = isOpen(status);
  if (opens === true) return undefined;
  return { kind: opens === false ? 'site-shut' : 'site-status-strange', status };
};

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

/** What the chain of a queue asks to submit. */
interface Wish {
  readonly settings: QueueSettings;
  readonly told: Head;
  readonly count: number;
  readonly pending: number;
  /** Jobs that PanDA knows on pilots. */
  readonly onPilots: number;
}

/** Submits what the chain asks for, unless what was submitted never shows, or ends at once: then one to see. */
const submit = ({ settings, told, count, pending, onPilots }: Wish, input: PilotsInput): PilotDecision => {
  const { facts, submissions } = input;
  const { name: queue } = settings;
  const request = {
    kind: 'submit',
    requestId: submissionIdOf(queue, facts.now),
    shape: shapeOf(settings),
    fleet: settings.fleet,
    wallSeconds: settings.pilotWallSeconds,
    viewedAt: facts.viewedAt,
  } as const;
  const pilots = facts.pilots(queue);
  const lost = unshown(pilots, submissions[queue] ?? [], facts.viewedAt);
  if (lost !== undefined) {
    const counts = { ...told.counts, pilotsUnshown: lost.missing };
    const held = { ...because(told, lost.why), counts };
    return lost.isDue ? { ...held, ...request, count: 1, canary: true } : { ...held, kind: 'hold' };
  }
  const brake = emptyHanded(pilots, onPilots);
  if (brake === undefined) return { ...told, ...request, count: Math.min(count, MOST_PILOTS_AT_ONCE) };
  const braked = { ...because(told, brake), counts: { ...told.counts, breakersOpen: 1 } };
  return pending > 0 ? { ...braked, kind: 'rest' } : { ...braked, ...request, count: 1 };
};

/** What queues are planned on, with the fleets looked up by name: there may be as many of them as queues. */
interface PilotsPlan extends PilotsInput {
  readonly fleetNamed: ReadonlyMap<string, ParsedFleet>;
}

/** How long a worker of a queue's fleet may live; undefined: that cannot be known now. */
const lifeIn = ({ fleet: wanted }: QueueSettings, { fleetNamed }: PilotsPlan): number | undefined => {
  const fleet = fleetNamed.get(wanted);
  return fleet?.ok === true ? fleet.settings.maxLifeSeconds : undefined;
};

/** Removes pilots that wait for a fleet which is no more: no worker would ever take them. */
const ofNoFleet = (
  { name: queue }: QueueSettings,
  pilots: PilotCounts,
  { facts, fleetNamed }: PilotsPlan,
): PilotDecision | undefined => {
  const [first] = facts.pilots(queue).shapes.filter(({ fleet, idle }) => idle > 0 && !fleetNamed.has(fleet));
  if (first === undefined) return undefined;
  const { fleet } = first;
  const idle = facts.pilots(queue).shapes.reduce((n, of) => (of.fleet === fleet ? n + of.idle : n), 0);
  const counts = { pilotsWaiting: waitingNow(pilots), pilotsRunning: pilots.running };
  const told: Head = { queue, at: facts.now, why: [], counts };
  const decision = remove(told, idle, idle, { kind: 'pilots-of-no-fleet', fleet, idlePilots: idle });
  return decision.kind === 'remove' ? { ...decision, fleet } : decision;
};

const planQueue = (
  { settings, outdated }: UsableSettings<QueueSettings>,
  input: PilotsPlan,
  pilotsInFactory: number,
): PilotDecision => {
  const { facts } = input;
  const { name: queue } = settings;
  const at = facts.now;
  const pilots = pilotsOf(input, queue);
  const resting = inactive(settings, at, pilots);
  if (resting !== undefined) return resting;
  const unserved = ofNoFleet(settings, pilots, input);
  if (unserved !== undefined) return unserved;
  const unknown = siteUnknown(facts, siteOf(settings));
  if (unknown !== undefined) return hold(queue, at, unknown);

  const elsewhere = { inFactory: pilotsInFactory, ever: input.pilotsEver[queue] ?? 0 };
  const { given, jobs, taken } = chainFacts(settings, pilots, facts, elsewhere);
  const { activated } = jobs;
  const seen = {
    kind: 'pilots-seen',
    ...{ activated, taken, waiting: given.pending, running: given.running },
  } as const;
  const counts = { jobsReady: given.ready, pilotsWaiting: given.pending, pilotsRunning: given.running };
  const ending = endingCredentials(facts, queue, lifeIn(settings, input));
  const wish = settings.chain.run(given);
  if (!wish.ok) return { ...hold(queue, at, wish.why), counts, why: [wish.why, ...ending] };

  const told: Head = {
    queue,
    at,
    why: [...ending, ...lastGood(outdated), ...forATime(settings), seen, ...wish.why],
    counts,
  };
  if (wish.n <= 0) {
    const count = removable(settings, given, wish.n, pilots);
    return remove(told, count, pilots.idle, { kind: 'pilots-without-jobs', idlePilots: count });
  }
  const shut = notOpen(given.siteStatus);
  if (shut !== undefined) return { ...because(told, shut), kind: 'rest' };
  const { onPilots } = jobs;
  return submit({ settings, told, count: wish.n, pending: given.pending, onPilots }, input);
};

/** What is decided of a queue in shadow is told, and not done. */
const unlessInShadow = (decision: PilotDecision, { mode }: QueueSettings): PilotDecision => {
  if (mode === 'live') return decision;
  const { kind, queue, at, counts } = decision;
  const asked = 'count' in decision ? decision.count : 0;
  const would: Reason = {
    kind: 'queue-in-shadow',
    submit: kind === 'submit' ? asked : 0,
    remove: kind === 'remove' ? asked : 0,
  };
  return { kind: kind === 'hold' ? 'hold' : 'rest', queue, at, counts, why: [...decision.why, would] };
};

/** Holds every queue, for one reason that they share. */
export const holdPilots = (
  { queues }: Pick<PilotsInput, 'queues'>,
  now: number,
  why: Reason,
): readonly PilotDecision[] =>
  queues.map((queue) => hold(nameOf(queue), now, queue.ok ? why : badSettings(queue.problems)));

/**
 * Queue 1: decides how many pilots to submit to, or remove from, the pool for every queue. Pure: the same input gives the
 * same decisions. A queue with bad settings holds alone.
 */
export const planPilots = (input: PilotsInput): readonly PilotDecision[] => {
  const { facts, queues } = input;
  const pilots = (queue: ParsedQueue): number => {
    if (!queue.ok) return 0;
    const counts = pilotsOf(input, queue.settings.name);
    return waitingNow(counts) + counts.running;
  };
  const plan = { ...input, fleetNamed: new Map(input.fleets.map((fleet) => [nameOf(fleet), fleet])) };
  let inFactory = queues.reduce((n, queue) => n + pilots(queue), 0);
  return queues.map((queue) => {
    if (!queue.ok) return hold(queue.name, facts.now, badSettings(queue.problems));
    const { name, chain } = queue.settings;
    const isShared = chain.looksAtFactory;
    const unread = unreadOf(input.unread ?? [], { of: 'pilots', whose: name, isShared });
    if (unread !== undefined) return hold(name, facts.now, unread);
    const decision = unlessInShadow(planQueue(queue, plan, inFactory), queue.settings);
    // What one queue submits, the next one finds in the factory: a cap over all queues is not filled twice.
    if (decision.kind === 'submit') inFactory += decision.count;
    return decision;
  });
};
