import type { FleetSettings } from '../core/settings/fleet-settings.ts';
import type { QueueSettings } from '../core/settings/queue-settings.ts';
import { controlPlaneBill, sumOf } from './costs/control-plane.ts';
import { SERVICE_PRICES } from './costs/service-prices.ts';
import { type FleetCost, fleetCosts, planeOf, priceBasis } from './costs/stage-costs.ts';
import { worstOfAll } from './costs/worst-case.ts';
import type { StageConfig } from './stage/config.ts';
import { placeOfStage } from './stage/place.ts';
import { tryingOutSentence } from './trying-out.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const cents = (dollars: number): string =>
  `$${dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
const count = (of: number, what: string): string => `${whole(of)} ${what}${of === 1 ? '' : 's'}`;

const budgetOf = ({ budgetDollarsPerHour: hour, budgetDollarsPerMonth: month }: FleetSettings): string =>
  [
    ...(hour === undefined ? [] : [`budget ${cents(hour)} an hour`]),
    ...(month === undefined ? [] : [`budget ${cents(month)} a month`]),
  ].join(', ');

/** So many queues are named; more are counted. */
const MOST_NAMES = 5;

const queuesOf = (queues: readonly QueueSettings[]): string => {
  if (queues.length === 0) return 'for plain jobs only';
  const named = queues
    .slice(0, MOST_NAMES)
    .map(({ name, state }) => (state === 'active' ? name : `${name} (${state})`));
  const more = queues.length - named.length;
  return `for ${named.join(', ')}${more > 0 ? ` and ${whole(more)} more` : ''}`;
};

const cellsOf = ({ settings, queues, worst }: FleetCost): readonly string[] => [
  settings.name,
  settings.state,
  count(worst.workers, 'worker'),
  count(worst.cores, 'core'),
  worst.perHour === undefined ? 'no price' : `${cents(worst.perHour)} an hour`,
  budgetOf(settings),
  queuesOf(queues),
];

/** Columns of numbers stand at the right. */
const RIGHT = new Set([2, 3, 4]);

/** Columns in which no row has anything are left out. */
const aligned = (all: readonly (readonly string[])[]): readonly string[] => {
  const width = (column: number) => Math.max(...all.map((cells) => cells[column]?.length ?? 0));
  return all.map((cells) =>
    `  ${cells
      .map((cell, column) => (RIGHT.has(column) ? cell.padStart(width(column)) : cell.padEnd(width(column))))
      .filter((_, column) => width(column) > 0)
      .join('  ')}`.trimEnd(),
  );
};

/** In a stage of many fleets the dearest are enough. */
const MOST_ROWS = 20;

const fleetLines = (rows: readonly FleetCost[]): readonly string[] => {
  const dearest = [...rows].sort((a, b) => (b.worst.perHour ?? 0) - (a.worst.perHour ?? 0));
  const shown = rows.length > MOST_ROWS ? dearest.slice(0, MOST_ROWS) : rows;
  const rest = rows.length - shown.length;
  return [
    ...aligned(shown.map(cellsOf)),
    ...(rest > 0 ? [`  and ${count(rest, 'fleet')} that can cost less`] : []),
  ];
};

const workerLine = (rows: readonly FleetCost[], region: string): string => {
  const { perHour, perMonth } = worstOfAll(rows.map(({ worst }) => worst));
  if (perHour === undefined || perMonth === undefined) {
    const without = rows
      .filter(({ worst }) => worst.perHour === undefined)
      .map(({ settings }) => settings.name);
    return `What workers cost at the caps is not known: ${without.join(', ')} has a flavour without a price in ${region}; set dollars-per-core-hour.`;
  }
  return `At the caps workers cost at most ${cents(perHour)} an hour and $${whole(perMonth)} a month, at ${priceBasis(rows, region)}. Traffic comes on top.`;
};

/** Below this nobody looks for what could be left out, dollars a month. */
const LITTLE_DOLLARS = 100;

const planeLine = (config: StageConfig, rows: readonly FleetCost[]): string => {
  const plane = planeOf(config, rows);
  const bill = controlPlaneBill(plane);
  const dollars = sumOf(bill);
  const least = sumOf(controlPlaneBill({ ...plane, queueMetrics: 'off' }));
  const dearest = bill.reduce((a, b) => (b.dollars > a.dollars ? b : a));
  return [
    `The control plane costs about $${whole(dollars)} a month (us-east-1, ${SERVICE_PRICES.metricMonth.asOf}, without free tiers); the largest part is ${dearest.what}, $${whole(dearest.dollars)}.`,
    ...(dollars > LITTLE_DOLLARS && least < dollars / 2
      ? [`With "queueMetrics": "off" in the stage's block it is $${whole(least)}.`]
      : []),
  ].join(' ');
};

const triedOut = (config: StageConfig): readonly string[] => {
  const sentence = tryingOutSentence(config);
  return sentence === undefined ? [] : [sentence];
};

/**
 * Says what a stage is that has been synthesised: its fleets with their caps and the queues that run on them, what the control
 * plane costs a month, and what workers can cost at the caps. Lines of plain text; the configuration has been read without a
 * mistake.
 */
export const synthSummary = (config: StageConfig): readonly string[] => {
  const rows = fleetCosts(config);
  const { workers, cores } = worstOfAll(rows.map(({ worst }) => worst));
  const queues = Object.keys(config.queues).length;
  const on = queues === 0 ? 'no queue' : count(queues, 'queue');
  return [
    `aerie ${config.stage}: ${on}, ${count(rows.length, 'fleet')}, at most ${count(workers, 'worker')} (${count(cores, 'core')}).`,
    ...fleetLines(rows),
    planeLine(config, rows),
    workerLine(rows, placeOfStage(config).region),
    ...triedOut(config),
  ];
};
