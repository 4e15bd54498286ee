import type { LaunchOutcome } from '../model/launch.ts';

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
