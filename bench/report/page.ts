import { rivals } from './dominance.ts';
import type { Row, Table } from './suite.ts';
import { nameOf } from './terminal.ts';

const percent = (share: number): string => (100 * share).toFixed(1);

const line = (row: Row): string => {
  const of = row.figures;
  const cells = [
    nameOf(row),
    of.waitMeanSeconds.toFixed(1),
    of.waitP95Seconds.toFixed(0),
    of.cost.toFixed(3),
    percent(of.wasteShare),
    String(of.machines),
    percent(of.uselessShare),
    of.callsPerMachine.toFixed(2),
    of.rampMinutes.most.toFixed(1),
  ];
  return `| ${cells.join(' | ')} |`;
};

const hours = (seconds: number): string => (seconds / 3600).toFixed(1);

/** How long each width waited, where a load tells them apart. */
const widths = (rows: readonly Row[]): readonly string[] => {
  const apart = rows.filter(({ byWidth }) => byWidth !== undefined);
  const of = apart[0]?.byWidth ?? [];
  if (of.length === 0) return [];
  const titles = of.flatMap(({ cores, jobs }) => [`${cores}-core (${jobs} jobs), mean h`, 'p95 h']);
  return [
    `| policy | ${titles.join(' | ')} |`,
    `|---|${titles.map(() => '---|').join('')}`,
    ...apart.map((row) => {
      const waits = (row.byWidth ?? []).flatMap(({ meanSeconds, p95Seconds }) => [
        hours(meanSeconds),
        hours(p95Seconds),
      ]);
      return `| ${[nameOf(row), ...waits].join(' | ')} |`;
    }),
    '',
  ];
};

const section = (table: Table): string => {
  const { load, jobs, workCoreHours, boundCoreHours, rows } = table;
  return [
    `## ${load}`,
    '',
    `${jobs} jobs, ${Math.round(workCoreHours)} core-hours of work; the bound is ${Math.round(boundCoreHours)} core-hours.`,
    '',
    '| policy | wait mean s | p95 s | cost / bound | waste % | VMs | useless % | calls / VM | 90 % begun, min |',
    '|---|---|---|---|---|---|---|---|---|',
    ...[...rows].sort((a, b) => a.figures.cost - b.figures.cost).map(line),
    '',
    ...widths(rows),
    ...rivals(table).map((sentence) => `* ${sentence}`),
    '',
  ].join('\n');
};

/** What is assumed of a peer where its project documents nothing. */
const assumptions = (tables: readonly Table[]): readonly string[] => {
  const assumed = new Map<string, string>();
  for (const { rows } of tables) {
    for (const row of rows) if (row.assumed !== undefined) assumed.set(row.policy, row.assumed);
  }
  return [...assumed].map(([policy, text]) => `* ${policy}: ${text}.`);
};

/** Every table of the long bench as a page of the documentation. */
export const page = (results: Readonly<Record<string, readonly Table[]>>): string => {
  const tables = Object.values(results).flat();
  return [
    '# Figures of the bench',
    '',
    'Written by `npm run bench -- follow --long` from `bench/results.json`; [bench](../bench.md) says what they mean.',
    '',
    ...tables.map(section),
    '## What is assumed of the peers',
    '',
    ...assumptions(tables),
    '',
  ].join('\n');
};
