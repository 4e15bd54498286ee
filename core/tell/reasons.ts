import type { Decision, Retirement } from '../model/decision.ts';
import type { Reason } from '../model/reason.ts';
import { sentence } from './sentence.ts';

/** A reason as it is shown: its data to count and group by, its sentence to read. */
export type Said = Reason & { readonly text: string };

/** Retirements in short: each step and cause once, with how many it concerns, and the worker where it is one. */
const retired = (retirements: readonly Retirement[]): readonly Said[] =>
  [...Map.groupBy(retirements, ({ step, cause }) => JSON.stringify([step, cause])).values()].flatMap(
    (all) => {
      const [first] = all;
      if (first === undefined) return [];
      const { step, cause, instanceId } = first;
      const whom = all.length === 1 ? instanceId : `${all.length} workers`;
      return [{ ...cause, text: `${step} ${whom}: ${sentence(cause)}` }];
    },
  );

/** Every reason of a decision, in the order in which they arose; those of its retirements come last. */
export const reasonsOf = (decision: Decision): readonly Said[] => [
  ...decision.why.map((reason) => ({ ...reason, text: sentence(reason) })),
  ...(decision.kind === 'act' ? retired(decision.retirements) : []),
];
