import { rivals } from './dominance.ts';
import { sleepTargets, targetSentence } from './sleep.ts';
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

/** The second line: what sleeping could save at best. */
const least = ({ boundCoreHours, sleepingCoreHours }: Table): string =>
  sleepingCoreHours === undefined
    ? ''
    : ` With machines that sleep the least is ${(sleepingCoreHours / boundCoreHours).toFixed(4)} of it.`;

/** How the machines of a row slept. */
const asleep = (row: Row): readonly string[] => {
  const { sleep, cost, paidCoreHours } = row.figures;
  if (sleep === undefined) return [];
  const { sleeps, wakes, meanAsleep, diskCoreHours } = sleep;
  const disks = (diskCoreHours * cost) / (paidCoreHours + diskCoreHours);
  return [
    `${nameOf(row)}: ${sleeps} sleeps, ${wakes} wakes, ${meanAsleep.toFixed(0)} asleep in the mean; disks are ${disks.toFixed(4)} of the cost.`,
  ];
};

const section = (table: Table): string => {
  const { load, jobs, workCoreHours, boundCoreHours, rows } = table;
  return [
    `## ${load}`,
    '',
    `${jobs} jobs, ${Math.round(workCoreHours)} core-hours of work; the bound is ${Math.round(boundCoreHours)} core-hours.${least(table)}`,
    '',
    '| policy | wait mean s | p95 s | cost / bound | waste % | VMs | useless % | calls / VM | 90 % begun, min |',
    '|---|---|---|---|---|---|---|---|---|',
    ...[...rows].sort((a, b) => a.figures.cost - b.figures.cost).map(line),
    '',
    ...widths(rows),
    ...rows.flatMap(asleep).map((sentence) => `* ${sentence}`),
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

/** What workers that sleep have to show, and show. */
const targets = (tables: readonly Table[]): readonly string[] => {
  const sentences = sleepTargets(tables.filter(({ load }) => load.startsWith('sleep: '))).map(targetSentence);
  return sentences.length === 0
    ? []
    : ['## What sleep has to show', '', ...sentences.map((sentence) => `* ${sentence}`), ''];
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
    ...targets(tables),
    '## What is assumed of the peers',
    '',
    ...assumptions(tables),
    '',
  ].join('\n');
};
