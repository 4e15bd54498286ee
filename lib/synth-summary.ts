import { listPricesOf } from '../core/settings/list-prices.ts';
import { hasPrices } from '../core/settings/prices.ts';
import type { QueueSettings } from '../core/settings/queue-settings.ts';
import { parseQueueSettings } from '../core/settings/settings.ts';
import type { StageConfig } from './config.ts';
import { controlPlaneBill, sumOf } from './control-plane.ts';
import { placeOfStage } from './place.ts';
import { SERVICE_PRICES } from './service-prices.ts';
import { tryingOutSentence } from './trying-out.ts';
import { type WorstCase, worstCase, worstOfAll } from './worst-case.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const cents = (dollars: number): string =>
  `$${dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
const count = (of: number, what: string): string => `${whole(of)} ${what}${of === 1 ? '' : 's'}`;

interface Row {
  readonly settings: QueueSettings;
  readonly worst: WorstCase;
}

const budgetOf = ({ budgetDollarsPerHour: hour, budgetDollarsPerMonth: month }: QueueSettings): string =>
  [
    ...(hour === undefined ? [] : [`budget ${cents(hour)} an hour`]),
    ...(month === undefined ? [] : [`budget ${cents(month)} a month`]),
  ].join(', ');

const cellsOf = ({ settings, worst }: Row): readonly string[] => [
  settings.name,
  settings.state,
  count(worst.workers, 'worker'),
  count(worst.cores, 'core'),
  worst.perHour === undefined ? 'no price' : `${cents(worst.perHour)} an hour`,
  budgetOf(settings),
];

/** Columns of numbers stand at the right. */
const RIGHT = new Set([2, 3, 4]);

const aligned = (rows: readonly (readonly string[])[]): readonly string[] => {
  const width = (column: number) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0));
  return rows.map((cells) =>
    `  ${cells
      .map((cell, column) => (RIGHT.has(column) ? cell.padStart(width(column)) : cell.padEnd(width(column))))
      .join('  ')}`.trimEnd(),
  );
};

/** In a stage of many queues the dearest are enough. */
const MOST_ROWS = 20;

const queueLines = (rows: readonly Row[]): readonly string[] => {
  const dearest = [...rows].sort((a, b) => (b.worst.perHour ?? 0) - (a.worst.perHour ?? 0));
  const shown = rows.length > MOST_ROWS ? dearest.slice(0, MOST_ROWS) : rows;
  const rest = rows.length - shown.length;
  return [
    ...aligned(shown.map(cellsOf)),
    ...(rest > 0 ? [`  and ${count(rest, 'queue')} that can cost less`] : []),
  ];
};

const capLine = ({ caps = {} }: StageConfig): readonly string[] => {
  const said = [
    ...(caps.workers === undefined ? [] : [count(caps.workers, 'worker')]),
    ...(caps.cores === undefined ? [] : [count(caps.cores, 'core')]),
    ...(caps.dollarsPerHour === undefined ? [] : [`${cents(caps.dollarsPerHour)} an hour`]),
    ...(caps.dollarsPerMonth === undefined ? [] : [`${cents(caps.dollarsPerMonth)} a month`]),
  ];
  return said.length === 0 ? [] : [`All queues together: at most ${said.join(', ')}.`];
};

/** Whose prices the sum rests on. */
const basis = (rows: readonly Row[], region: string): string => {
  const list = `AWS's list prices of ${listPricesOf(region) ?? 'no day'}, on demand, ${region}, with disk and address`;
  const priced = rows.filter(({ settings }) => hasPrices(settings)).length;
  if (priced === rows.length) return "the queues' own prices";
  return priced === 0 ? list : `the queues' own prices, and where they have none ${list}`;
};

const workerLine = (rows: readonly Row[], config: StageConfig, region: string): string => {
  const { perHour, perMonth } = worstOfAll(
    rows.map(({ worst }) => worst),
    config.caps,
  );
  if (perHour === undefined || perMonth === undefined) {
    const without = rows
      .filter(({ worst }) => worst.perHour === undefined)
      .map(({ settings }) => settings.name);
    return `What workers cost at the caps is not known: ${without.join(', ')} has a flavour without a price in ${region}; set dollars-per-core-hour.`;
  }
  return `At the caps workers cost at most ${cents(perHour)} an hour and $${whole(perMonth)} a month, at ${basis(rows, region)}. Traffic comes on top.`;
};

const planeLine = (config: StageConfig, rows: readonly Row[]): string => {
  const bill = controlPlaneBill({
    queues: rows.length,
    pricedQueues: rows.filter(({ settings }) => hasPrices(settings)).length,
    tickSeconds: config.tickSeconds,
    queueMetrics: config.queueMetrics,
    tickMemoryMb: config.tickMemoryMb,
    natGateways: config.network.kind === 'nat' ? 1 : 0,
  });
  const dearest = bill.reduce((a, b) => (b.dollars > a.dollars ? b : a));
  return `The control plane costs about $${whole(sumOf(bill))} a month (us-east-1, ${SERVICE_PRICES.metricMonth.asOf}, without free tiers); the largest part is ${dearest.what}, $${whole(dearest.dollars)}.`;
};

const triedOut = (config: StageConfig): readonly string[] => {
  const sentence = tryingOutSentence(config);
  return sentence === undefined ? [] : [sentence];
};

/**
 * Says what a stage is that has been synthesised: its queues with their caps, what the control plane costs a month, and
 * what workers can cost at the caps. Lines of plain text; the configuration has been read without a mistake.
 */
export const synthSummary = (config: StageConfig): readonly string[] => {
  const place = placeOfStage(config);
  const rows = Object.entries(config.queues).flatMap(([name, knobs]): readonly Row[] => {
    const parsed = parseQueueSettings(name, knobs, place);
    return parsed.ok ? [{ settings: parsed.settings, worst: worstCase(parsed.settings, place) }] : [];
  });
  const { workers, cores } = worstOfAll(
    rows.map(({ worst }) => worst),
    config.caps,
  );
  return [
    `aerie ${config.stage}: ${count(rows.length, 'queue')}, at most ${count(workers, 'worker')} (${count(cores, 'core')}).`,
    ...queueLines(rows),
    ...capLine(config),
    planeLine(config, rows),
    workerLine(rows, config, place.region),
    ...triedOut(config),
  ];
};
