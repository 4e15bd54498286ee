import { amount, duration } from './words.js';

/** What the last word of a name says about its unit; the name is then shown without it. */
const UNITS = [
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

const words = (name) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[-_]/g, ' ')
    .replace(/\b([A-Z])(?=[a-z])/g, (letter) => letter.toLowerCase());

const unitOf = (name) => UNITS.find(([ending]) => ending.test(name)) ?? [/$/, ''];

const shown = (name, value) => {
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
const measure = (name, value) => {
  if (typeof value === 'string') return { name: words(name), value: '', unit: value };
  const [ending, unit] = typeof value === 'number' ? unitOf(name) : [/$/, ''];
  return { name: words(name.replace(ending, '')) || words(name), value: shown(name, value), unit };
};

const isGroup = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isRecords = (value) => Array.isArray(value) && value.length > 0 && value.every(isGroup);

const measuresTable = (title, entries) => ({
  title,
  head: ['measure', 'figure', 'unit'],
  rows: entries.map(([name, value]) => {
    const { name: label, value: figure, unit } = measure(name, value);
    return [label, figure, unit];
  }),
});

const matrixTable = (title, labelled) => {
  const names = [...new Set(labelled.flatMap(([, record]) => Object.keys(record)))];
  const heading = (name) => {
    const { name: label, unit } = measure(name, 0);
    return unit === '' ? label : `${label} (${unit})`;
  };
  return {
    title,
    head: ['', ...names.map(heading)],
    rows: labelled.map(([label, record]) => [label, ...names.map((name) => shown(name, record[name]))]),
  };
};

const tableOf = ([name, value]) => {
  if (isRecords(value)) {
    return matrixTable(
      words(name),
      value.map((record, index) => {
        const { name: label, queue = label ?? String(index + 1), ...rest } = record;
        return [queue, rest];
      }),
    );
  }
  const inner = Object.entries(value);
  return inner.length > 0 && inner.every(([, record]) => isGroup(record))
    ? matrixTable(words(name), inner)
    : measuresTable(words(name), inner);
};

/**
 * A summary of any shape as tables of words: its plain figures first, then one table for each part of it. Units come
 * from the names (`meanWaitSeconds`, `paidCoreHours`, `wasteShare`).
 */
export const summaryTables = (summary) => {
  const entries = Object.entries(summary);
  const isPart = ([, value]) => isGroup(value) || isRecords(value);
  const plain = entries.filter((entry) => !isPart(entry));
  return [
    ...(plain.length > 0 ? [measuresTable('', plain)] : []),
    ...entries.filter(isPart).map((entry) => tableOf(entry)),
  ];
};
