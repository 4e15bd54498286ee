import type { LaunchRequest } from '../../../core/model/launch.ts';

type Override = LaunchRequest['overrides'][number];

/** Before this EC2 says what is wrong; after it, which other zones would do ("Please retry …", "You can currently get …"). */
const ADVICE = /\b(please|you can)\b/i;

/** Types, zones, subnets and instance ids stand alone in EC2's sentences, or between brackets, quotes and equals signs. */
const WORD = /[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/g;

/**
 * Finds the overrides that EC2 names as wrong, by type, zone or subnet; those that it does not name may be good. All of
 * them if it names nothing: `isNamed` says which.
 */
export const namedIn = (
  message: string,
  overrides: readonly Override[],
): { readonly overrides: readonly Override[]; readonly isNamed: boolean } => {
  const words = new Set(message.split(ADVICE)[0]?.match(WORD));
  const named = (of: 'flavour' | 'zone' | 'subnetId') =>
    overrides.some((override) => words.has(override[of]));
  const by = (['flavour', 'zone', 'subnetId'] as const).filter(named);
  const found = overrides.filter((override) => by.every((of) => words.has(override[of])));
  const isNamed = by.length > 0 && found.length > 0;
  return { overrides: isNamed ? found : overrides, isNamed };
};
