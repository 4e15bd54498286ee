/** Who has jobs in the pool, waiting or running, when a cycle of the negotiator begins. */
export interface Submitter {
  readonly name: string;
  /** The lower, the better. */
  readonly priority: number;
  readonly usedCores: number;
}

/** What a submitter has been given in one spin. */
export interface Dealt {
  /** The weight of the slots it was matched to, cores; of a partitionable slot all that is free counts, whatever is used of it. */
  readonly cores: number;
  /** Nothing of its own that waits could be matched, whatever its slice. False: its slice has stopped it. */
  readonly isDone: boolean;
}

/**
 * Whether a slot may be given to a submitter who has been given `used` of `limit` cores in this spin. The first one may
 * be more than is left of the slice: crumbs that nobody could take would be left over otherwise.
 */
export const mayHave = (used: number, limit: number, cores: number): boolean =>
  used + cores <= limit || (used <= 0 && limit > 0);

type Held<S> = { readonly of: S; cores: number };

/** What is left of a submitter's share of the pool: shares are as one over the priorities, of those who are still in. */
const slicesOf = <S extends Submitter>(inIt: readonly Held<S>[], poolCores: number): readonly number[] => {
  const all = inIt.reduce((sum, { of }) => sum + 1 / of.priority, 0);
  return inIt.map(({ of, cores }) => Math.max(0, poolCores / (of.priority * all) - cores));
};

const byPriority = (a: Submitter, b: Submitter): number =>
  a.priority - b.priority || a.usedCores - b.usedCores || (a.name < b.name ? -1 : 1);

/**
 * One cycle of HTCondor's negotiator: the pool is a pie, and each submitter's slice of it is its share of all cores,
 * less what it holds. Whoever has the best priority is asked first. Those who are served leave, and the pie is spun
 * again among the rest until nothing changes: so what one does not use goes to the others. `deal` matches what a
 * submitter has waiting, up to the limit. Source: negotiateWithGroup and calculateSubmitterLimit in matchmaker.cpp, with
 * no group, no floor or ceiling, and without preemption (PREEMPTION_REQUIREMENTS is False by default).
 */
export const shareOut = <S extends Submitter>(
  submitters: readonly S[],
  poolCores: number,
  deal: (submitter: S, limitCores: number) => Dealt,
): void => {
  let inIt: readonly Held<S>[] = submitters.toSorted(byPriority).map((of) => ({ of, cores: of.usedCores }));
  for (let isOn = true; isOn && inIt.length > 0; ) {
    const slices = slicesOf(inIt, poolCores);
    let pieLeft = slices.reduce((sum, slice) => sum + slice, 0);
    let given = 0;
    const resumed = inIt.filter((held, index) => {
      const { cores, isDone } = deal(held.of, Math.min(slices[index] ?? 0, pieLeft));
      held.cores += cores;
      pieLeft -= cores;
      given += cores;
      return !isDone;
    });
    isOn = given > 0 || resumed.length < inIt.length;
    inIt = resumed;
  }
};
