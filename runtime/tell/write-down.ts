import type { Ledger } from '../../core/ledger.ts';
import { type Decision, whose } from '../../core/model/decision.ts';
import { gistOf, isOfShadow, type Reason } from '../../core/model/reason.ts';

/** Says what was decided, once per decision. */
export type Tell = (decision: Decision) => void;

/** Writes a decision down, tells it, and answers with the one to carry out. */
export type WriteDown = (decision: Decision) => Promise<Decision>;

/** A decision that stands in the ledger, or that only says the last one again and was not written. */
interface Written {
  readonly decision: Decision;
  readonly isRepeated: boolean;
}

/** What somebody in shadow would do is all that there is to look back at: it counts with its numbers. */
const gistOfReason = (of: Reason): string => (isOfShadow(of) ? JSON.stringify(of) : gistOf(of));

/** Two quiet decisions are the same if their reasons are, whatever their numbers. */
const gist = ({ kind, why }: Decision): string => [kind, ...why.map(gistOfReason)].join('; ');

const isQuiet = (decision: Decision): boolean => decision.kind === 'rest' || decision.kind === 'hold';

/**
 * Writes decisions into the ledger, first writer wins. A quiet one that says what the last one of its queue or fleet said is
 * not written again: one that has nothing to do costs nothing. The memory of that lasts as long as its container; a
 * cold start writes once more.
 */
export const writerDown = (
  decisions: Ledger['decisions'],
  tell: Tell,
): ((decision: Decision) => Promise<Written>) => {
  const lastQuiet = new Map<string, string>();
  return async (decision) => {
    const key = `${decision.of} ${whose(decision)}`;
    const repeated = isQuiet(decision) && lastQuiet.get(key) === gist(decision);
    const kept = repeated ? decision : await decisions.keep(decision);
    if (isQuiet(kept)) lastQuiet.set(key, gist(kept));
    else lastQuiet.delete(key);
    tell(kept);
    return { decision: kept, isRepeated: repeated };
  };
};
