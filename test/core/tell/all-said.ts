import type { ReasonKind } from '../../../core/model/reason.ts';
import { FACTS } from './facts-said.ts';
import { LAUNCHES } from './launches-said.ts';
import { LEAVING } from './leaving-said.ts';
import { PILOTS } from './pilots-said.ts';
import type { Said } from './said.ts';
import { WORKERS } from './workers-said.ts';

/** Every kind of reason with its sentences: one that is missing, or is of another kind, does not compile. */
export const ALL: { readonly [K in ReasonKind]: readonly Said<K>[] } = {
  ...FACTS,
  ...PILOTS,
  ...LAUNCHES,
  ...LEAVING,
  ...WORKERS,
};
