import type { Reason, ReasonKind } from '../../../core/model/reason.ts';

/** The fields of a reason of one kind, and the sentence that is made of them. */
export type Said<K extends ReasonKind> = readonly [
  fields: Omit<Extract<Reason, { kind: K }>, 'kind'>,
  text: string,
];

/** The sentences of some kinds. */
export type SaidOf<R extends Reason> = { readonly [K in R['kind']]: readonly Said<K>[] };
