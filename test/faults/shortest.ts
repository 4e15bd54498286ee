import { episode } from './episode.ts';
import type { Mutation } from './handlers.ts';
import type { Break } from './laws.ts';
import type { Fault, Script } from './script.ts';
import { tally } from './tally.ts';

export interface Failure {
  readonly script: Script;
  readonly breaks: readonly Break[];
}

/**
 * The fewest faults of a script that still break the same law: takes away halves, then quarters, then single ones, as
 * long as the law breaks without them. Whatever is drawn for a run does not depend on its faults, so what stays does
 * what it did.
 */
export const shortest = async (failure: Failure, mutation: Mutation): Promise<Failure> => {
  const law = failure.breaks[0]?.law;
  let best = failure;
  const isEnough = async (faults: readonly Fault[]): Promise<boolean> => {
    const script = { ...best.script, faults };
    const { breaks } = await episode(script, { tally: tally(), mutation });
    if (breaks[0]?.law !== law) return false;
    best = { script, breaks };
    return true;
  };
  let size = best.script.faults.length;
  while (size > 0) {
    let from = 0;
    while (from < best.script.faults.length) {
      const { faults } = best.script;
      if (!(await isEnough([...faults.slice(0, from), ...faults.slice(from + size)]))) from += size;
    }
    size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return best;
};
