import { type Facts, facts } from '../twin/page/charts.js';
import { amount, shortAmount } from '../twin/page/words.js';
import type { Sample } from '../twin/report/sample.ts';
import { left, right } from './terminal-text.ts';

interface Column {
  readonly name: string;
  readonly short: string;
  readonly value: (row: Facts) => number;
}

/** Columns under the heading that they share. */
const GROUPS: readonly (readonly [heading: string, columns: readonly Column[]])[] = [
  ['jobs', [{ name: 'activated', short: 'actv', value: (row) => row.activated }]],
  [
    'pilots',
    [
      { name: 'idle', short: 'idle', value: (row) => row.idle },
      { name: 'running', short: 'run', value: (row) => row.running },
    ],
  ],
  [
    'workers',
    [
      { name: 'booting', short: 'boot', value: (row) => row.booting },
      { name: 'joined', short: 'join', value: (row) => row.joined },
      { name: 'draining', short: 'drn', value: (row) => row.draining },
    ],
  ],
  [
    'cores',
    [
      { name: 'busy', short: 'busy', value: (row) => row.coresBusy },
      { name: 'paid', short: 'paid', value: (row) => row.coresPaid },
    ],
  ],
];
const COLUMNS = GROUPS.flatMap(([, columns]) => columns);

/** Below this many columns the short headings are used. */
const WIDE_FROM = 78;
const LONGEST_NAME = 34;
const LEAST_NAME = 8;
const SHORT_CELL = 5;
const LEAST_CELL = 6;

const cellColumns = ({ name }: Column, wide: boolean): number =>
  wide ? Math.max(LEAST_CELL, name.length) : SHORT_CELL;

/** A figure must not be cut: what is left of it would be another figure. */
const figure = (value: number, columns: number): string =>
  amount(value).length <= columns ? amount(value) : shortAmount(value);

const groupColumns = (columns: readonly Column[], wide: boolean): number =>
  columns.reduce((total, column) => total + cellColumns(column, wide) + 1, -1);

/** A shared heading stands over the names below it: a single one ends with its column, others begin with the first. */
const groupHeading = ([heading, columns]: (typeof GROUPS)[number], wide: boolean): string =>
  (columns.length === 1 ? right : left)(
    columns.length === 1 ? heading : `${' '.repeat(wide ? 2 : 1)}${heading}`,
    groupColumns(columns, wide),
  );

/**
 * The queues of a sample as a table: two heading lines, at most so many lines for the queues (the last one counts those
 * that have none), the sum where there are several.
 */
export const queueTable = (sample: Sample, columns: number, mostLines: number) => {
  const wide = columns >= WIDE_FROM;
  const taken = COLUMNS.reduce((total, column) => total + cellColumns(column, wide) + 1, 0);
  const nameColumns = Math.max(LEAST_NAME, Math.min(LONGEST_NAME, columns - taken));
  const line = (name: string, cell: (column: Column) => string): string =>
    [
      left(name, nameColumns),
      ...COLUMNS.map((column) => right(cell(column), cellColumns(column, wide))),
    ].join(' ');
  const figures = (name: string, row: Facts) =>
    line(name, (column) => figure(column.value(row), cellColumns(column, wide)));
  const all = sample.queues.length;
  const shown = sample.queues.slice(0, all > mostLines ? mostLines - 1 : all);
  const hidden = all - shown.length;
  return {
    heading: [
      [left('', nameColumns), ...GROUPS.map((group) => groupHeading(group, wide))].join(' ').trimEnd(),
      line('queue', ({ name, short }) => (wide ? name : short)),
    ],
    queues: shown.map((row) => figures(row.queue, row)),
    more: hidden > 0 ? [`… and ${hidden} more`] : [],
    sum: all > 1 ? [figures('all queues', facts(sample, undefined))] : [],
  };
};
