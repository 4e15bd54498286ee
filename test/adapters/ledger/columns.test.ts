import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromColumns, toColumns } from '../../../adapters/ledger/columns.ts';

const worker = (index: number) => ({
  instanceId: `i-${index}`,
  launchedAt: 1_800_000_000 + 7 * index,
  state: index % 3 === 0 ? { kind: 'booting' } : { kind: 'joined', joinedAt: 1_800_000_100 + index },
  idleSince: index % 2 === 0 ? null : 1.5 * index,
});

describe('lists as columns', () => {
  it('give back what went in', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        // -0 is 0 in JSON.
        expect(fromColumns(toColumns(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('give back long lists of objects with some keys in some of them', () => {
    const row = fc.record(
      { a: fc.integer(), b: fc.option(fc.string()), c: fc.record({ d: fc.double({ noNaN: true }) }) },
      { requiredKeys: [] },
    );
    const given = (rows: readonly object[]) => {
      expect(fromColumns(toColumns(rows))).toEqual(JSON.parse(JSON.stringify(rows)));
    };
    fc.assert(fc.property(fc.array(row, { minLength: 8, maxLength: 40 }), given));
  });

  it.each([
    ['a text that looks like a mark', Array.from({ length: 9 }, () => ({ a: '\u0000' }))],
    ['a key that looks like one', Array.from({ length: 9 }, (_, a) => ({ '\u0001': 'steps', of: a }))],
    [
      'numbers too large for steps',
      Array.from({ length: 9 }, (_, a) => (a % 2 === 0 ? 2 ** 53 : -(2 ** 53))),
    ],
    [
      'texts that begin or end like a mark',
      Array.from({ length: 9 }, (_, a) => ({ a: `\u0000${a}\u0001`, '\u0001x': a, 'x\u0001': a })),
    ],
    ['nulls and objects', [...Array.from({ length: 9 }, () => ({ a: 1 })), null]],
    [
      'a key named __proto__',
      JSON.parse(`[${Array.from({ length: 9 }, () => '{"__proto__":1}').join(',')}]`),
    ],
  ])('give back %s', (_, value) => {
    expect(fromColumns(toColumns(value))).toEqual(value);
  });

  it.each([
    ['objects with the same keys', worker, 2],
    ['one value again and again', () => 'us-east-1a', 100],
    ['times a few seconds apart', (index: number) => 1_800_000_000 + 7 * index, 5],
  ])('are shorter for %s', (_, one: (index: number) => unknown, times) => {
    const list = Array.from({ length: 1000 }, (_, index) => one(index));
    expect(toColumns(list).length).toBeLessThan(JSON.stringify(list).length / times);
    expect(fromColumns(toColumns(list))).toEqual(list);
  });
});
