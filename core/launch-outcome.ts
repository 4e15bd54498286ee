import type { LaunchOutcome } from './ports.ts';
import type { RefusalClass } from './refusals.ts';

/**
 * What came of a launch, in one word. Only `unclear` and `unheard` leave it open; `throttled`, `rejected`, an `empty`
 * without a fleet and one that was throttled throughout close a first ask and no later one.
 */
type OutcomeName = 'whole' | 'partial' | 'empty' | Exclude<LaunchOutcome['kind'], 'answered'>;

/** Names an outcome; `count` is what was asked for. */
const nameOfOutcome = (outcome: LaunchOutcome, count: number): OutcomeName => {
  if (outcome.kind !== 'answered') return outcome.kind;
  if (outcome.launched.length === 0) return 'empty';
  return outcome.launched.length < count ? 'partial' : 'whole';
};

/** The outcome as it is kept: its name, and what EC2 said of it. */
export const outcomeInWords = (outcome: LaunchOutcome, count: number): string => {
  const name = nameOfOutcome(outcome, count);
  if (outcome.kind !== 'answered') return `${name}: ${outcome.why}`;
  const refused = outcome.refused.map(({ offer, why }) => `${offer.flavour} in ${offer.zone}: ${why}`);
  return [`${name}: ${outcome.launched.length} of ${count} launched`, ...refused].join('; ');
};

/** Whether EC2 wants fewer launches: it throttled the call, or some of its instances inside an answer. */
export const isThrottled = (outcome: LaunchOutcome): boolean =>
  outcome.kind === 'throttled' ||
  (outcome.kind === 'answered' && outcome.refused.some((refusal) => refusal.class === 'throttled'));

/** These are said of the call or its caller, and of no offer. */
const OF_THE_CALL: ReadonlySet<RefusalClass> = new Set(['throttled', 'caller']);

/**
 * Whether an answer says nothing of an earlier call under the same token. Before EC2 looks at the token it checks rights,
 * signature, throttling and limits; a fleet without an instance that was throttled in all of its offers is one that EC2
 * made just now, or did not make at all.
 */
export const provesNothing = (outcome: LaunchOutcome): boolean => {
  if (outcome.kind !== 'answered') return outcome.kind === 'throttled' || outcome.kind === 'rejected';
  if (outcome.noFleet === true) return true;
  const { launched, refused } = outcome;
  return launched.length === 0 && refused.length > 0 && refused.every((of) => OF_THE_CALL.has(of.class));
};

/** Whether nobody knows what a call has brought forth: the launch stays open, and is asked for again under its token. */
export const isOpen = (outcome: LaunchOutcome): boolean =>
  outcome.kind === 'unclear' || outcome.kind === 'unheard';
