import type { Decision } from '../../core/model/decision.ts';
import type { Owner } from '../../core/settings/settings-record.ts';
import { gistOfLimit, limitOf } from '../../core/tell/limit.ts';
import { tickOf } from './last-decision.ts';
import type { Sight } from './sight.ts';

/** A time in which a queue or a fleet held for one cause. */
export interface Hold {
  readonly owner: Owner;
  readonly from: number;
  /** Undefined: it still holds. */
  readonly to: number | undefined;
  /** The decision that it began with. */
  readonly decision: Decision;
}

/**
 * Joins decisions, the oldest first, to the times of their holds. One that only says the same again is not written down, so a
 * decision goes on until the next one.
 */
export const holdsIn = (owner: Owner, decisions: readonly Decision[]): readonly Hold[] => {
  const holds: Hold[] = [];
  let open: Hold | undefined;
  for (const decision of decisions) {
    const goesOn =
      open !== undefined &&
      decision.kind === 'hold' &&
      gistOfLimit(limitOf(decision)) === gistOfLimit(limitOf(open.decision));
    if (goesOn) continue;
    if (open !== undefined) holds.push({ ...open, to: decision.at });
    open = decision.kind === 'hold' ? { owner, from: decision.at, to: undefined, decision } : undefined;
  }
  return open === undefined ? holds : [...holds, open];
};

/** The decisions about a queue or a fleet since a moment, and the one that held then, the oldest first. */
export const decisionsSince = async (
  sight: Sight,
  owner: Owner,
  from: number,
): Promise<readonly Decision[]> => {
  const found: Decision[] = [];
  const before = sight.past.decision(tickOf(owner), owner.name, from);
  for await (const decision of sight.past.decisions(tickOf(owner), owner.name, { from, to: sight.now })) {
    found.push(decision);
  }
  const first = await before;
  const all = found.reverse();
  return first === undefined || first.at === all[0]?.at ? all : [first, ...all];
};
