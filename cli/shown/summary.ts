import { amount, duration } from '../page/look/words.js';

/** A part of a summary as a table of words. */
export interface SummaryTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

type Entry = readonly [name: string, value: unknown];
type Group = Readonly<Record<string, unknown>>;

/** What the last word of a name says about its unit; the name is then shown without it. */
const UNITS: readonly (readonly [ending: RegExp, unit: string])[] = [
  [/Seconds$/, ''],
  [/CoreHours$/, 'core-hours'],
  [/WorkerHours$/, 'worker-hours'],
  [/Hours$/, 'h'],
  [/Minutes$/, 'min'],
  [/(Dollars|Usd)$/, 'USD'],
  [/Percent$/, '%'],
  [/Share$/, '%'],
  [/Mb$/, 'MB'],
  [/Gib$/, 'GiB'],
];

const words = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[-_]/g, ' ')
    .replace(/\b([A-Z])(?=[a-z])/g, (letter) => letter.toLowerCase());

const NO_UNIT = [/$/, ''] as const;

const unitOf = (name: string): readonly [RegExp, string] =>
  UNITS.find(([ending]) => ending.test(name)) ?? NO_UNIT;

const shown = (name: string, value: unknown): string => {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return value.map((item) => shown(name, item)).join(', ') || 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value !== 'number') return String(value);
  if (name.endsWith('Seconds')) return duration(value);
  return amount(name.endsWith('Share') ? value * 100 : value);
};

/**
 * Hours, shares and the like lose the unit from their name, for it stands beside the figure. Words stand where a unit
 * would, at the left, lest a sentence push all figures aside.
 */
const measure = (name: string, value: unknown) => {
  if (typeof value === 'string') return { name: words(name), value: '', unit: value };
  const [ending, unit] = typeof value === 'number' ? unitOf(name) : NO_UNIT;
  return { name: words(name.replace(ending, '')) || words(name), value: shown(name, value), unit };
};

const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isRecords = (value: unknown): value is readonly Group[] =>
  Array.isArray(value) && value.length > 0 && value.every(isGroup);

const measuresTable = (title: string, entries: readonly Entry[]): SummaryTable => ({
  title,
  head: ['measure', 'figure', 'unit'],
  rows: entries.map(([name, value]) => {
    const { name: label, value: figure, unit } = measure(name, value);
    return [label, figure, unit];
  }),
});

const matrixTable = (title: string, labelled: readonly (readonly [string, Group])[]): SummaryTable => {
  const names = [...new Set(labelled.flatMap(([, record]) => Object.keys(record)))];
  const heading = (name: string): string => {
    const { name: label, unit } = measure(name, 0);
    return unit === '' ? label : `${label} (${unit})`;
  };
  return {
    title,
    head: ['', ...names.map(heading)],
    rows: labelled.map(([label, record]) => [label, ...names.map((name) => shown(name, record[name]))]),
  };
};

const tableOf = (name: string, value: Group | readonly Group[]): SummaryTable => {
  if (isRecords(value)) {
    return matrixTable(
      words(name),
      value.map((record, index) => {
        const { name: named = String(index + 1), queue = named, ...rest } = record;
        return [String(queue), rest];
      }),
    );
  }
  const inner = Object.entries(value);
  const groups = inner.flatMap(([label, record]) => (isGroup(record) ? [[label, record] as const] : []));
  return groups.length > 0 && groups.length === inner.length
    ? matrixTable(words(name), groups)
    : measuresTable(words(name), inner);
};

/**
 * A summary of any shape as tables of words: its plain figures first, then one table for each part of it. Units come
 * from the names (`meanWaitSeconds`, `paidCoreHours`, `wasteShare`).
 */
export const summaryTables = (summary: Group): readonly SummaryTable[] => {
  const entries = Object.entries(summary);
  const parts = entries.flatMap(([name, value]) =>
    isGroup(value) || isRecords(value) ? [[name, value] as const] : [],
  );
  const plain = entries.filter(([, value]) => !isGroup(value) && !isRecords(value));
  return [
    ...(plain.length > 0 ? [measuresTable('', plain)] : []),
    ...parts.map(([name, value]) => tableOf(name, value)),
  ];
};
