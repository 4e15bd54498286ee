import { describe, expect, it } from 'vitest';
import type { Reason } from '../../../core/model/reason.ts';
import { sentence } from '../../../core/tell/sentence.ts';
import { ALL } from './all-said.ts';

describe.each(Object.entries(ALL))('the reason %s', (kind, rows) => {
  it.each(rows)('with %j reads: %s', (fields, text) => {
    // The fields are those of this kind: the table's type says so.
    expect(sentence({ kind, ...fields } as Reason)).toBe(text);
  });
});
