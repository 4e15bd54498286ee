import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plain } from '../../../cli/command/paint.ts';
import { chartLines, PARTS } from '../../../cli/simulate/chart.ts';
import { drawn } from '../../../cli/simulate/drawn.ts';
import { meansOver, mostAtOnce, type Span } from '../../../cli/simulate/over-time.ts';

it.each<[string, readonly Span[], readonly number[]]>([
  ['nothing', [], [0, 0]],
  ['a whole part', [{ from: 0, to: 50, cores: 4 }], [4, 0]],
  ['over the border', [{ from: 25, to: 75, cores: 4 }], [2, 2]],
  [
    'two at once',
    [
      { from: 0, to: 100, cores: 1 },
      { from: 50, to: 100, cores: 8 },
    ],
    [1, 9],
  ],
  [
    'outside of it',
    [
      { from: -50, to: 0, cores: 4 },
      { from: 100, to: 200, cores: 4 },
    ],
    [0, 0],
  ],
])('the mean of two halves of 100 s: %s', (_, spans, means) => {
  expect(meansOver(spans, { from: 0, to: 100, parts: 2 })).toEqual(means);
});

const anySpan = fc
  .record({
    from: fc.integer({ min: 0, max: 1000 }),
    seconds: fc.integer({ min: 1, max: 1000 }),
    cores: fc.integer({ min: 1, max: 64 }),
  })
  .map(({ from, seconds, cores }) => ({ from, to: from + seconds, cores }));

it('all parts together have the core-seconds of the spans', () => {
  fc.assert(
    fc.property(fc.array(anySpan, { maxLength: 20 }), fc.integer({ min: 1, max: 100 }), (spans, parts) => {
      const means = meansOver(spans, { from: 0, to: 2000, parts });
      const sum = means.reduce((all, mean) => all + (mean * 2000) / parts, 0);
      expect(sum).toBeCloseTo(
        spans.reduce((all, { from, to, cores }) => all + (to - from) * cores, 0),
        3,
      );
    }),
  );
});

it('the most at once is at the beginning of a span, and an end comes first', () => {
  expect(mostAtOnce([])).toBe(0);
  expect(
    mostAtOnce([
      { from: 0, to: 5, cores: 2 },
      { from: 5, to: 9, cores: 3 },
    ]),
  ).toBe(3);
  fc.assert(
    fc.property(fc.array(anySpan, { maxLength: 20 }), (spans) => {
      const at = (moment: number) =>
        spans.reduce((sum, { from, to, cores }) => sum + (from <= moment && moment < to ? cores : 0), 0);
      expect(mostAtOnce(spans)).toBe(Math.max(0, ...spans.map(({ from }) => at(from))));
    }),
  );
});

const halves = (first: number, second: number) =>
  Array.from({ length: PARTS }, (_, part) => (part < PARTS / 2 ? first : second));

const SERIES = { from: 0, to: 86_400, busy: halves(2, 4), paid: halves(4, 4), wanted: halves(8, 4) };

it('a chart shows what computes, what is paid without a job, and what waits', () => {
  const lines = chartLines(SERIES, { columns: 80, paint: plain }, 8);
  const half = PARTS / 2;
  expect(lines).toEqual([
    'cores: █ with a job, ░ paid without one, · that jobs wait for',
    `     8 ${'·'.repeat(half)}`,
    ...Array.from({ length: 3 }, () => `       ${'·'.repeat(half)}`),
    ...Array.from({ length: 2 }, () => `       ${'░'.repeat(half)}${'█'.repeat(half)}`),
    ...Array.from({ length: 2 }, () => `       ${'█'.repeat(PARTS)}`),
    `       00:00${'01-02 00:00 UTC, 24 h later'.padStart(PARTS - 5)}`,
  ]);
  expect(chartLines(SERIES, { columns: 60, paint: plain }, 8)).toEqual([]);
  expect(chartLines(SERIES, { columns: 80, paint: plain }, 0)).toEqual([]);
});

it('a picture has a line for what is wanted and for what is paid, and one more with a change', () => {
  expect(drawn('a & b', [SERIES]).match(/<polyline/g)).toHaveLength(2);
  const both = drawn('a & b', [SERIES, SERIES]);
  expect(both.match(/<polyline/g)).toHaveLength(3);
  expect(both).toContain('<title>a &amp; b</title>');
  expect(both).toContain('cores paid for with the change');
});
