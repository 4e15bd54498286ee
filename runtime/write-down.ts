import type { Ledger } from '../core/ledger.ts';
import type { Decision } from '../core/model/decision.ts';
import { gistOf } from '../core/model/reason.ts';

/** Says what was decided, once per queue and tick. */
export type Tell = (decision: Decision) => void;

/** Writes a decision down, tells it, and answers with the one to carry out. */
export type WriteDown = (decision: Decision) => Promise<Decision>;

/** Two quiet decisions are the same if their reasons are, whatever their numbers. */
const gist = ({ kind, why }: Decision): string => [kind, ...why.map(gistOf)].join('; ');

const isQuiet = (decision: Decision): boolean => decision.kind === 'rest' || decision.kind === 'hold';

/**
 * Writes decisions into the ledger, first writer wins. A quiet one that says what the last one of its queue said is not
 * written again: a queue that has nothing to do costs nothing. The memory of that lasts as long as its container; a
 * cold start writes once more.
 */
export const writerDown = (decisions: Ledger['decisions'], tell: Tell): WriteDown => {
  const lastQuiet = new Map<string, string>();
  return async (decision) => {
    const { queue } = decision;
    const repeated = isQuiet(decision) && lastQuiet.get(queue) === gist(decision);
    const kept = repeated ? decision : await decisions.keep(decision);
    if (isQuiet(kept)) lastQuiet.set(queue, gist(kept));
    else lastQuiet.delete(queue);
    tell(kept);
    return kept;
  };
};
