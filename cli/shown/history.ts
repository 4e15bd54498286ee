import type { Shown, ToldDecision } from '../../twin/report/sample.ts';
import { ownerOf } from './decisions.ts';
import { type Held, heldWith, NEVER_HELD } from './held.ts';

type Of<K extends Shown['kind']> = Extract<Shown, { readonly kind: K }>;

/** What has been shown of a run, as much of it as the terminal draws. */
export interface History {
  readonly opening: Of<'opening'> | undefined;
  readonly sample: Of<'sample'> | undefined;
  readonly told: readonly ToldDecision[];
  readonly held: Held;
  readonly closing: Of<'closing'> | undefined;
  /** What was decided last, by whose it is. */
  readonly lastKinds: Readonly<Record<string, string>>;
}

const MOST_TOLD = 400;

/** Nothing has been shown. */
export const emptyHistory = (): History => ({
  ...{ opening: undefined, sample: undefined, told: [], held: NEVER_HELD, closing: undefined, lastKinds: {} },
});

/** Who rests and rests again has told nothing new. */
const withTold = (history: History, told: ToldDecision): History => {
  const owner = ownerOf(told);
  const isQuiet = told.kind === 'rest' && history.lastKinds[owner] === 'rest';
  const lastKinds = { ...history.lastKinds, [owner]: told.kind };
  if (isQuiet) return { ...history, lastKinds };
  const held = heldWith(history.held, owner, told);
  return { ...history, lastKinds, held, told: [...history.told, told].slice(-MOST_TOLD) };
};

/** Adds one message. An opening begins anew. */
export const recorded = (history: History, shown: Shown): History => {
  switch (shown.kind) {
    case 'opening':
      return { ...emptyHistory(), opening: shown };
    case 'sample':
      return { ...history, sample: shown };
    case 'told':
      return withTold(history, shown.told);
    case 'closing':
      return { ...history, closing: shown };
    default:
      return shown satisfies never;
  }
};
