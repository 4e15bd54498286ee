import { describe, expect, it } from 'vitest';
import type { Reason, ReasonKind } from '../../../core/model/reason.ts';
import { sentence } from '../../../core/tell/sentence.ts';
import { FACTS } from './facts-said.ts';
import { LAUNCHES } from './launches-said.ts';
import { LEAVING } from './leaving-said.ts';
import { PILOTS } from './pilots-said.ts';
import type { Said } from './said.ts';

/** Every kind of reason: one that is missing, or is of another kind, does not compile. */
const ALL: { readonly [K in ReasonKind]: readonly Said<K>[] } = {
  ...FACTS,
  ...PILOTS,
  ...LAUNCHES,
  ...LEAVING,
};

describe.each(Object.entries<readonly Said<ReasonKind>[]>(ALL))('the reason %s', (kind, rows) => {
  it.each(rows)('with %j reads: %s', (fields, text) => {
    // The fields are those of this kind: the table's type says so.
    expect(sentence({ kind, ...fields } as Reason)).toBe(text);
  });
});
