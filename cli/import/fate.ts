/**
 * Where a key of AutoPyFactory's went. `landed`: it stands in the block or in a template, as it was. `changed`: it does, and
 * means something a little different there. `dropped`: it has no counterpart. `withheld`: its value is a secret, or may be one.
 */
type Kind = 'landed' | 'changed' | 'dropped' | 'withheld';

/** The fate of one key of one section. */
export interface Fate {
  readonly key: string;
  readonly kind: Kind;
  /** Where it stands now, such as `chain of queue BNL_CLOUD`; null: nowhere. */
  readonly to: string | null;
  /** What there is to know or to do; null: nothing. */
  readonly why: string | null;
}

/** Something that a person has to look at before the block is deployed. */
export interface Problem {
  /** The section that it is of; null: of no single one. */
  readonly section: string | null;
  readonly why: string;
}

export const landed = (key: string, to: string): Fate => ({ key, kind: 'landed', to, why: null });

export const changed = (key: string, to: string, why: string): Fate => ({ key, kind: 'changed', to, why });

export const dropped = (key: string, why: string): Fate => ({ key, kind: 'dropped', to: null, why });

export const withheld = (key: string, why: string): Fate => ({ key, kind: 'withheld', to: null, why });
