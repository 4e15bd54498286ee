import type { Sample } from '../twin/report/sample.ts';
import { left, right } from './command/text.ts';
import { amount, shortAmount } from './page/look/words.js';
import { type Facts, facts } from './shown/facts.ts';

interface Column {
  readonly name: string;
  readonly short: string;
  readonly value: (row: Facts) => number;
}

/** Columns under the heading that they share. */
type Group = readonly [heading: string, columns: readonly Column[]];

const OF_QUEUES: readonly Group[] = [
  [
    'jobs',
    [
      { name: 'activated', short: 'actv', value: (row) => row.activated },
      { name: 'running', short: 'run', value: (row) => row.jobsRunning },
      { name: 'done', short: 'done', value: (row) => row.jobsDone },
    ],
  ],
  [
    'pilots',
    [
      { name: 'idle', short: 'idle', value: (row) => row.idle },
      { name: 'running', short: 'run', value: (row) => row.running },
    ],
  ],
];

const OF_FLEETS: readonly Group[] = [
  [
    'workers',
    [
      { name: 'booting', short: 'boot', value: (row) => row.booting },
      { name: 'joined', short: 'join', value: (row) => row.joined },
      { name: 'draining', short: 'drn', value: (row) => row.draining },
      { name: 'asleep', short: 'slp', value: (row) => row.asleep },
    ],
  ],
  [
    'cores',
    [
      { name: 'claimed', short: 'clmd', value: (row) => row.coresBusy },
      { name: 'paid', short: 'paid', value: (row) => row.coresPaid },
    ],
  ],
  ['cost', [{ name: 'dollars', short: 'USD', value: (row) => row.listDollars }]],
];

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
const groupHeading = ([heading, columns]: Group, wide: boolean): string =>
  (columns.length === 1 ? right : left)(
    columns.length === 1 ? heading : `${' '.repeat(wide ? 2 : 1)}${heading}`,
    groupColumns(columns, wide),
  );

interface Row {
  readonly name: string;
  readonly facts: Facts;
}

const added = (rows: readonly Row[], { value }: Column): number =>
  rows.reduce((sum, row) => sum + value(row.facts), 0);

/** The lines of a table. */
export interface TableLines {
  readonly heading: readonly string[];
  readonly rows: readonly string[];
  readonly more: readonly string[];
  readonly sum: readonly string[];
}

/**
 * A table of two heading lines, at most so many lines for the rows (the last one counts those that have none), and the sum
 * where there are several.
 */
const tableOf =
  (one: 'queue' | 'fleet', groups: readonly Group[], rows: readonly Row[]) =>
  (columns: number, mostLines: number): TableLines => {
    const wide = columns >= WIDE_FROM;
    const all = groups.flatMap(([, of]) => of);
    const taken = all.reduce((total, column) => total + cellColumns(column, wide) + 1, 0);
    const nameColumns = Math.max(LEAST_NAME, Math.min(LONGEST_NAME, columns - taken));
    const line = (name: string, cell: (column: Column) => string): string =>
      [left(name, nameColumns), ...all.map((column) => right(cell(column), cellColumns(column, wide)))].join(
        ' ',
      );
    const figures = (name: string, value: (column: Column) => number) =>
      line(name, (column) => figure(value(column), cellColumns(column, wide)));
    const shown = rows.slice(0, rows.length > mostLines ? mostLines - 1 : rows.length);
    const hidden = rows.length - shown.length;
    return {
      heading: [
        [left('', nameColumns), ...groups.map((group) => groupHeading(group, wide))].join(' ').trimEnd(),
        line(one, ({ name, short }) => (wide ? name : short)),
      ],
      rows: shown.map(({ name, facts: of }) => figures(name, ({ value }) => value(of))),
      more: hidden > 0 ? [`… and ${hidden} more`] : [],
      sum: rows.length > 1 ? [figures(`all ${one}s`, (column) => added(rows, column))] : [],
    };
  };

/** The queues of a sample: their jobs and their pilots. */
export const queueTable = (sample: Sample) =>
  tableOf(
    'queue',
    OF_QUEUES,
    sample.queues.map(({ queue: name }) => ({ name, facts: facts(sample, { of: 'queue', name }) })),
  );

/** The fleets of a sample: their workers, cores, and what they have cost at list prices. */
export const fleetTable = (sample: Sample) =>
  tableOf(
    'fleet',
    sample.listDollars === undefined ? OF_FLEETS.filter(([heading]) => heading !== 'cost') : OF_FLEETS,
    sample.fleets.map(({ fleet: name }) => ({ name, facts: facts(sample, { of: 'fleet', name }) })),
  );
