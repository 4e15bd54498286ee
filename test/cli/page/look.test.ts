import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaPath, bandsOf, linePath, stacked, topOf } from '../../../cli/page/look/spark.js';
import { countsOf, grouped, STATES, stepFrom } from '../../../cli/page/look/squares.js';
import type { Machine } from '../../../cli/page/view.ts';

const BOX = { width: 100, height: 30 };

describe('a small chart', () => {
  it.each([
    ['a line', linePath, [0, 5, 10], 'M0,30L50,15L100,0'],
    ['a line with a gap', linePath, [0, null, 10], 'M0,30L25,30M100,0L100,0'],
    ['an area down to the axis', areaPath, [10, 5, 0], 'M0,30L0,0L50,15L100,30L100,30L100,30Z'],
    ['nothing, of what is not known', linePath, [null, null], ''],
  ] as const)('draws %s', (_, draw, values, expected) => {
    expect(draw(values, 10, BOX)).toBe(expected);
  });

  it('is never higher than its box, and has a number in every place', () => {
    const values = fc.array(fc.option(fc.nat(1000)), { minLength: 1, maxLength: 90 });
    fc.assert(
      fc.property(values, (series) => {
        for (const path of [linePath(series, topOf(series), BOX), areaPath(series, topOf(series), BOX)]) {
          for (const [, x, y] of path.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)) {
            expect(Number(x)).toBeLessThanOrEqual(BOX.width);
            expect(Number(y)).toBeLessThanOrEqual(BOX.height);
            expect(Number(y)).toBeGreaterThanOrEqual(0);
          }
          expect(path).not.toContain('NaN');
        }
      }),
    );
  });

  it('stacks what is known, and leaves open what is not known of either', () => {
    expect(stacked([1, null, null], [2, 3, null])).toEqual([3, 3, null]);
  });

  it('has its bands where it held, up to now if it still does', () => {
    const head = { from: 1000, stepSeconds: 10, at: 1090 };
    expect(bandsOf([{ from: 1050, to: 1070 }, { from: 1081 }, { from: 0, to: 1009 }], head, 10, 90)).toEqual([
      [50, 20],
      [81, 9],
      [0, 9],
    ]);
  });
});

const machine = (state: string, since: number, zone = 'a'): Machine => [
  'f',
  'm6a.large',
  zone,
  'spot',
  state,
  since,
];

describe('machines as squares', () => {
  it('stand by fleet, type, zone and market, and there by state, by age and by name', () => {
    const groups = grouped([
      ['i-4', machine('asleep', 1)],
      ['i-3', machine('joined', 9)],
      ['i-2', machine('joined', 5)],
      ['i-1', machine('joined', 9)],
      ['i-5', machine('booting', 20)],
      ['i-6', machine('joined', 1, 'b')],
    ]);
    expect(groups.map(({ zone, machines }) => [zone, ...machines.map(([id]) => id)])).toEqual([
      ['a', 'i-5', 'i-2', 'i-1', 'i-3', 'i-4'],
      ['b', 'i-6'],
    ]);
  });

  it('are counted by state', () => {
    expect(
      countsOf([
        ['i-1', machine('joined', 1)],
        ['i-2', machine('joined', 1)],
        ['i-3', machine('retiring', 1)],
      ]),
    ).toEqual([
      ['joined', 'joined', 2],
      ['retiring', 'ending', 1],
    ]);
  });

  it('have a form for every state that the ledger has', async () => {
    const { workerRecord } = await import('../../../core/model/worker.ts');
    const kinds = workerRecord.shape.state.options.map((option) => option.shape.kind.value);
    expect(new Set(STATES.map(([state]) => state))).toEqual(new Set(kinds));
  });

  it.each([
    ['ArrowRight', 5],
    ['ArrowLeft', 3],
    ['ArrowDown', 9],
    ['ArrowUp', 0],
    ['Home', 0],
    ['End', 9],
    ['Tab', undefined],
  ])('are walked through by %s', (key, expected) => {
    expect(stepFrom(4, key, { count: 10, columns: 5 })).toBe(expected);
  });
});
