import type { Decision } from '../model/decision.ts';
import { gistOf, type Reason, type ReasonKind } from '../model/reason.ts';

/**
 * What keeps a queue or a fleet from more: one of its decision's reasons; or nothing does. `acting`: it does what is asked for.
 * `met`: everything that waits has its place. `no-demand`: nothing waits.
 */
export type Limit =
  | { readonly kind: 'limited'; readonly by: Reason }
  | { readonly kind: 'acting' }
  | { readonly kind: 'met' }
  | { readonly kind: 'no-demand' };

/** How far up the one thing that limits is looked for: what stands first makes what follows not matter. */
const RANKS = [
  'somebody said so',
  'nothing can be done',
  'no such machine',
  'none to be had',
  'cap',
  'pace',
  'chain',
  'doubt',
] as const;

type Rank = (typeof RANKS)[number];

/** Every kind of reason: where it stands, or that it keeps nothing back (of an action, that is; a hold has its first reason). */
const RANK: Readonly<Record<ReasonKind, Rank | 'never'>> = {
  'queue-paused': 'somebody said so',
  'queue-drained': 'somebody said so',
  'queue-in-shadow': 'somebody said so',
  'fleet-paused': 'somebody said so',
  'fleet-drained': 'somebody said so',
  'fleet-in-shadow': 'somebody said so',
  'site-shut': 'somebody said so',
  'site-status-strange': 'somebody said so',

  'source-unknown': 'doubt',
  'source-stale': 'doubt',
  'source-ahead': 'doubt',
  'running-jumped': 'doubt',
  'site-unreadable': 'doubt',
  'pool-incomplete': 'doubt',
  'collector-ahead': 'doubt',
  'collector-young': 'doubt',
  'workers-vanished': 'doubt',
  'pool-contradictory': 'doubt',
  'workers-unwell': 'doubt',
  'instances-unknown': 'doubt',
  'cloud-unknown': 'doubt',
  'item-unread': 'doubt',
  'bad-settings': 'doubt',
  'tick-overtaken': 'doubt',
  'view-overtaken': 'doubt',
  'lease-held': 'doubt',
  'lease-contested': 'doubt',
  'last-good-settings': 'never',
  scheduled: 'never',

  'chain-stuck': 'nothing can be done',
  'count-impossible': 'nothing can be done',
  'short-impossible': 'nothing can be done',
  'submissions-unshown': 'nothing can be done',
  'pilots-empty-handed': 'nothing can be done',
  'chain-moved': 'chain',
  'chain-by-status': 'chain',
  'chain-counted': 'never',
  'pilots-seen': 'never',
  'idle-pilots-removed': 'never',
  'pilots-without-jobs': 'never',
  'pilots-of-no-fleet': 'never',
  'credential-ends': 'never',
  'tokens-end-first': 'never',

  'image-unknown': 'nothing can be done',
  'launches-throttled': 'nothing can be done',
  'workers-doubted': 'nothing can be done',
  'breaker-open': 'nothing can be done',
  'offers-unsupported': 'no such machine',
  'fits-no-flavour': 'no such machine',
  'jobs-outlast-workers': 'no such machine',
  'offers-cooling': 'none to be had',
  'workers-unclaimed': 'none to be had',
  'capped-by-budget': 'cap',
  'capped-by-fleet': 'cap',
  'launches-paced': 'pace',
  'jobs-waiting': 'never',
  'pilots-asked-for': 'never',
  'jobs-landing': 'never',
  'landings-untold': 'never',
  'landings-incomplete': 'never',
  launch: 'never',
  wake: 'never',
  'workers-kept': 'never',
  'jobs-restarting': 'never',
  'hour-budget': 'never',
  'month-budget': 'never',
  'older-template': 'never',
  'offers-left-out': 'never',
  'boots-ended': 'never',

  'workers-contradictory': 'never',
  'workers-unreadable': 'never',
  'workers-boastful': 'never',
  'workers-elsewhere': 'never',
  'workers-unknown': 'never',
  'workers-small': 'never',
  'workers-unmatched': 'never',
  'workers-black-hole': 'never',

  'too-old': 'never',
  'black-hole': 'never',
  'idle-beyond-linger': 'never',
  'asleep-too-long': 'never',
  'above-max-asleep': 'never',
  'asleep-over-budget': 'never',
  'would-not-wake': 'never',
  'idle-over-budget': 'never',
  'above-max-workers': 'never',
  'room-wanted': 'never',
  'kept-no-more': 'never',
  'share-wanted': 'never',
  'image-replaced': 'never',
  'template-replaced': 'never',
  'other-template': 'never',
  'spot-interruption': 'never',
  'spot-rebalance': 'never',
  'needed-again': 'never',
  'still-drains': 'never',
  'drain-not-taken': 'never',
  drained: 'never',
  'drained-unseen': 'never',
  'drain-overdue': 'never',
  'out-of-collector': 'never',
  'never-joined': 'never',
  'ended-before-joining': 'never',
  'unknown-unjoined': 'never',
  stopped: 'never',
  'join-overdue': 'never',
  told: 'never',
};

/** A reason that may keep something back and does not: a step that asks for more, or an image that has another in its place. */
const isHarmless = (reason: Reason): boolean =>
  (reason.kind === 'chain-moved' && reason.to >= reason.from) ||
  (reason.kind === 'image-unknown' && reason.instead !== undefined) ||
  (reason.kind === 'fits-no-flavour' && reason.canary === true);

/** How many pilots, jobs or workers it keeps back, as far as it says. */
const weight = (reason: Reason): number =>
  'pilots' in reason ? reason.pilots : 'workers' in reason ? reason.workers : 0;

const rankOf = ({ kind }: Reason): number => {
  const rank = RANK[kind];
  return rank === 'never' ? RANKS.length : RANKS.indexOf(rank);
};

/** The first by rank; of those the one that keeps most back, and of a chain's steps the last. */
const foremost = (reasons: readonly Reason[]): Reason | undefined =>
  reasons
    .filter((reason) => rankOf(reason) < RANKS.length && !isHarmless(reason))
    .map((reason, index) => ({ reason, index }))
    .sort(
      (a, b) =>
        rankOf(a.reason) - rankOf(b.reason) ||
        weight(b.reason) - weight(a.reason) ||
        (a.reason.kind === 'chain-moved' ? b.index - a.index : a.index - b.index),
    )[0]?.reason;

const hasDemand = (reasons: readonly Reason[]): boolean =>
  reasons.some(
    (reason) =>
      (reason.kind === 'jobs-waiting' && reason.pilots + reason.plainJobs > 0) ||
      (reason.kind === 'pilots-seen' && reason.activated > reason.taken),
  );

/** Whether it brings forth what waits for it, and does not only put away. */
const brings = (decision: Decision): boolean =>
  decision.kind === 'submit' ||
  (decision.kind === 'act' && (decision.launches.length > 0 || (decision.wakes ?? []).length > 0));

/** Names the one thing that limits what a decision is about. */
export const limitOf = (decision: Decision): Limit => {
  const { kind, why } = decision;
  const by = kind === 'hold' ? (why.find((of) => RANK[of.kind] !== 'never') ?? why[0]) : foremost(why);
  if (by !== undefined) return { kind: 'limited', by };
  if (brings(decision)) return { kind: 'acting' };
  return { kind: hasDemand(why) ? 'met' : 'no-demand' };
};

/**
 * Whether it is the fleet that limits a queue: its pilots wait, and what the queue itself says is only that there are enough of
 * them.
 */
export const isFleetToBlame = (own: Limit, ofFleet: Limit, pilotsWaiting: number): boolean =>
  pilotsWaiting > 0 &&
  ofFleet.kind === 'limited' &&
  (own.kind !== 'limited' || RANK[own.by.kind] === 'chain');

/** What a limit comes to, numbers and words aside: it goes on as long as this stays. */
export const gistOfLimit = (limit: Limit): string =>
  limit.kind === 'limited' ? gistOf(limit.by) : limit.kind;
