import type { Shown, ToldDecision } from '../report/sample.ts';

type Of<K extends Shown['kind']> = Extract<Shown, { readonly kind: K }>;

export interface History {
  readonly opening: Of<'opening'> | undefined;
  readonly samples: readonly Of<'sample'>[];
  readonly told: readonly ToldDecision[];
  /** Decisions to hold, by whose they are in words. */
  readonly holds: Readonly<Record<string, number>>;
  readonly closing: Of<'closing'> | undefined;
}
export declare const emptyHistory: () => History;
export declare const record: (history: History, shown: Shown) => void;
export declare const replay: (history: History) => readonly Shown[];
export declare const holdCount: (history: History) => number;
