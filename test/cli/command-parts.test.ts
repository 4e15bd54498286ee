import { describe, expect, it } from 'vitest';
import { type Column, tableLines } from '../../cli/command/columns.ts';
import { clockOf, isoOf, lengthOf, momentIn, secondsIn } from '../../cli/command/moments.ts';
import { plain } from '../../cli/command/paint.ts';
import { wrapped } from '../../cli/command/text.ts';

const NOW = Date.parse('2026-01-05T03:12:00Z') / 1000;

describe('a moment', () => {
  it.each([
    ['03:00', '2026-01-05T03:00:00Z'],
    ['04:00', '2026-01-04T04:00:00Z'],
    ['2h ago', '2026-01-05T01:12:00Z'],
    ['2026-01-03', '2026-01-03T00:00:00Z'],
    ['2026-01-03 10:30', '2026-01-03T10:30:00Z'],
    ['2026-01-03T10:30:05Z', '2026-01-03T10:30:05Z'],
  ])('%s is %s', (text, iso) => {
    expect(isoOf(momentIn('at', text, NOW))).toBe(iso);
  });

  it.each(['', '25:00', '3', 'yesterday', '2026-13-01', '2026-01-03 10'])('"%s" is none', (text) => {
    expect(() => momentIn('at', text, NOW)).toThrow(/--at takes a moment in UTC such as 03:00/);
  });

  it.each([
    [NOW - 60, '03:11'],
    [NOW - 86_400, '01-04 03:12'],
  ])('%i is shown as %s', (at, text) => {
    expect(clockOf(at, NOW)).toBe(text);
  });
});

describe('a length of time', () => {
  it.each([
    ['90m', 5400],
    ['1.5h', 5400],
    ['7d', 604_800],
  ])('%s is %i seconds', (text, seconds) => {
    expect(secondsIn('since', text)).toBe(seconds);
  });

  it.each(['0h', '8', 'h', '-1h'])('"%s" is none', (text) => {
    expect(() => secondsIn('since', text)).toThrow(/--since takes a time such as 90m, 8h or 7d/);
  });

  it.each([
    [40, '40 s'],
    [600, '10 min'],
    [12_000, '3 h 20 min'],
    [7_200, '2 h'],
    [400_000, '5 days'],
  ])('%i s is said as %s', (seconds, text) => {
    expect(lengthOf(seconds)).toBe(text);
  });
});

describe('a table', () => {
  const columns: readonly Column<{ readonly a: string; readonly n: number; readonly why: string }>[] = [
    { head: 'name', cell: ({ a }) => a },
    { head: 'n', align: 'right', cell: ({ n }) => String(n), spare: 1 },
    { head: 'why', cell: ({ why }) => why },
  ];
  const rows = [
    { a: 'one', n: 1, why: 'because of this and of that' },
    { a: 'another', n: 100, why: '\u001b[2Jno' },
  ];
  const at = (width: number) => tableLines(columns, rows, { columns: width, paint: plain });

  it('is as wide as it needs where nobody looks', () => {
    expect(at(Number.POSITIVE_INFINITY)).toEqual([
      'name       n  why',
      'one        1  because of this and of that',
      'another  100  no',
    ]);
  });

  it('cuts its last column on a terminal, and leaves out what can be spared', () => {
    expect(at(30)).toEqual(['name       n  why', 'one        1  because of this…', 'another  100  no']);
    expect(at(22)).toEqual(['name     why', 'one      because of t…', 'another  no']);
    for (const width of [5, 10, 22, 30])
      for (const line of at(width)) expect(line.length).toBeLessThanOrEqual(width);
  });
});

it('a long sentence is broken between words, and a long word stays whole', () => {
  expect(wrapped('one two three', 9, ['- ', '  '])).toEqual(['- one two', '  three']);
  expect(wrapped('https://a.very.long.address', 9, ['', '  '])).toEqual(['https://a.very.long.address']);
});
