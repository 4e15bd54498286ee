import type { Shown, ToldDecision } from '../../twin/report/sample.ts';
import { ownerOf } from './decisions.ts';

type Of<K extends Shown['kind']> = Extract<Shown, { readonly kind: K }>;

/** What has been shown of a run, as much of it as the terminal draws. */
export interface History {
  readonly opening: Of<'opening'> | undefined;
  readonly sample: Of<'sample'> | undefined;
  readonly told: readonly ToldDecision[];
  /** Decisions to hold, by whose they are in words, those no longer kept included. */
  readonly holds: Readonly<Record<string, number>>;
  readonly closing: Of<'closing'> | undefined;
  /** What was decided last, by whose it is. */
  readonly lastKinds: Readonly<Record<string, string>>;
}

const MOST_TOLD = 400;

/** Nothing has been shown. */
export const emptyHistory = (): History => ({
  ...{ opening: undefined, sample: undefined, told: [], holds: {}, closing: undefined, lastKinds: {} },
});

/** Who rests and rests again has told nothing new. */
const withTold = (history: History, told: ToldDecision): History => {
  const owner = ownerOf(told);
  const isQuiet = told.kind === 'rest' && history.lastKinds[owner] === 'rest';
  const lastKinds = { ...history.lastKinds, [owner]: told.kind };
  if (isQuiet) return { ...history, lastKinds };
  const holds =
    told.kind === 'hold' ? { ...history.holds, [owner]: (history.holds[owner] ?? 0) + 1 } : history.holds;
  return { ...history, lastKinds, holds, told: [...history.told, told].slice(-MOST_TOLD) };
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

/** How many decisions to hold there were, over all queues and fleets, those no longer kept included. */
export const holdCount = ({ holds }: History): number =>
  Object.values(holds).reduce((total, count) => total + count, 0);
