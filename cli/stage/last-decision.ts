import * as z from 'zod';
import type { Decision } from '../../core/model/decision.ts';
import type { Owner } from '../../core/settings/settings-record.ts';
import { inShort } from '../../core/tell/in-short.ts';
import { limitOf } from '../../core/tell/limit.ts';
import { sentence } from '../../core/tell/sentence.ts';
import { isoOf } from '../command/moments.ts';
import type { Sight } from './sight.ts';

/** Which of the two ticks decides about it. */
export const tickOf = ({ of }: Owner): Decision['of'] => (of === 'queue' ? 'pilots' : 'workers');

/** The last decision about a queue or a fleet up to a moment; one that only says the same again is not written down. */
export const lastDecision = (sight: Sight, owner: Owner, at: number): Promise<Decision | undefined> =>
  sight.past.decision(tickOf(owner), owner.name, at);

/** A decision as scripts read it. */
export const toldDecision = z.object({
  at: z.string(),
  kind: z.enum(['submit', 'remove', 'act', 'rest', 'hold']),
  /** In a few words: `launch 6 x m6i.large`. */
  what: z.string(),
  /** The sentence of the one reason that limits; absent: nothing does. */
  limit: z.string().exactOptional(),
});

export type ToldDecision = z.output<typeof toldDecision>;

export const told = (decision: Decision): ToldDecision => {
  const limit = limitOf(decision);
  return {
    at: isoOf(decision.at),
    kind: decision.kind,
    what: inShort(decision),
    ...(limit.kind === 'limited' ? { limit: sentence(limit.by) } : {}),
  };
};
