import { type Month, monthsOf, secondsIn } from '../../core/model/months.ts';
import type { StageCaps } from '../../core/model/stage.ts';
import { flavoursOf, type Knobs } from '../aerie/settings.ts';
import { momentOf } from '../aerie/world.ts';
import { rivals } from '../load/made.ts';
import type { Machine } from '../model/machine.ts';
import { simulate } from '../model/run.ts';
import { boundOf, figuresOf } from './figures.ts';
import { deployed, SMALL } from './suite.ts';

const HOUR = 3_600;
/** Near the list prices of the m family. */
const CORE_DOLLARS = 0.05;
const OVERHEAD_PERCENT = 5;

/** What a machine costs in a month, from when it was really launched and when it really ended. */
const dollarsOf = ({ cores, launchedAt, endedAt }: Machine, month: Month): number => {
  const perHour = CORE_DOLLARS * (cores + OVERHEAD_PERCENT / 100);
  return (perHour * secondsIn(month, momentOf(launchedAt), momentOf(endedAt))) / HOUR;
};

/** The most that machines cost at once, dollars per hour. */
const peakOf = (machines: readonly Machine[]): number => {
  const steps = machines.flatMap(({ cores, launchedAt, endedAt }) => {
    const rate = CORE_DOLLARS * (cores + OVERHEAD_PERCENT / 100);
    return [
      { at: launchedAt, by: rate },
      { at: endedAt, by: -rate },
    ];
  });
  let now = 0;
  let peak = 0;
  for (const { by } of steps.sort((a, b) => a.at - b.at || a.by - b.by)) {
    now += by;
    peak = Math.max(peak, now);
  }
  return peak;
};

interface Budgeted {
  readonly name: string;
  readonly caps?: StageCaps;
  /** Of each queue. */
  readonly perQueue?: { readonly hour?: number; readonly month?: number };
  /** Weights of the queues, in their order. */
  readonly shares?: readonly number[];
}

/** A worker takes pilots for half a day, and has ended after a day. */
const LIVES: Knobs = { 'pilot-wall-seconds': '43200', 'max-life-seconds': '86400' };

const knobsOf = ({ perQueue = {}, shares = [] }: Budgeted, index: number): Knobs => ({
  ...LIVES,
  flavours: flavoursOf(SMALL),
  'linger-seconds': '120',
  'dollars-per-core-hour': String(CORE_DOLLARS),
  /** As the machines of this model cost: no disk, no address. */
  'worker-overhead-percent': String(OVERHEAD_PERCENT),
  share: String(shares[index] ?? 10),
  ...(perQueue.hour === undefined ? {} : { 'budget-dollars-per-hour': String(perQueue.hour) }),
  ...(perQueue.month === undefined ? {} : { 'budget-dollars-per-month': String(perQueue.month) }),
});

const CASES: readonly Budgeted[] = [
  { name: 'no budget' },
  { name: '$250 a month for each queue', perQueue: { month: 250 } },
  { name: '$750 a month for all, equal shares', caps: { dollarsPerMonth: 750 } },
  { name: '$750 a month for all, shares 1:1:3', caps: { dollarsPerMonth: 750 }, shares: [10, 10, 30] },
  { name: '$10 an hour for all, equal shares', caps: { dollarsPerHour: 10 } },
  { name: '$4 an hour for each queue', perQueue: { hour: 4 } },
];

/** One way to bound what is spent, and what came of it; dollars. */
export interface BudgetRow {
  readonly name: string;
  /** By month, what each queue spent. */
  readonly spent: Readonly<Record<string, readonly number[]>>;
  readonly peakPerHour: number;
  /** The most that any budget was exceeded by; 0 if none was. */
  readonly overspend: number;
  readonly waitMeanHours: number;
  readonly unfinished: number;
}

const play = (budgeted: Budgeted): BudgetRow => {
  const load = rivals(6, 48);
  const queues = [...new Set(load.jobs.map(({ queue }) => queue))];
  const machines: Machine[] = [];
  const policy = deployed('aerie', SMALL, {
    apart: true,
    knobs: ({ queue }) => knobsOf(budgeted, queues.indexOf(queue)),
    ...(budgeted.caps === undefined ? {} : { caps: budgeted.caps }),
  });
  const outcome = simulate(load, policy, { ended: (machine) => machines.push(machine) });
  const last = Math.max(...machines.map(({ endedAt }) => endedAt));
  const byQueue = queues.map((_, lane) => machines.filter((machine) => machine.lane === lane));
  const spent = Object.fromEntries(
    monthsOf(momentOf(0), momentOf(last)).map((month) => [
      month.name,
      byQueue.map((of) => of.reduce((sum, machine) => sum + dollarsOf(machine, month), 0)),
    ]),
  );
  const { perQueue = {}, caps = {} } = budgeted;
  const none = Number.POSITIVE_INFINITY;
  const over = [
    ...Object.values(spent).map((each) => each.reduce((a, b) => a + b, 0) - (caps.dollarsPerMonth ?? none)),
    ...Object.values(spent).flatMap((each) => each.map((dollars) => dollars - (perQueue.month ?? none))),
    peakOf(machines) - (caps.dollarsPerHour ?? none),
    ...byQueue.map((of) => peakOf(of) - (perQueue.hour ?? none)),
  ];
  const { waitMeanSeconds, unfinished } = figuresOf(load, outcome, boundOf(load));
  return {
    name: budgeted.name,
    spent,
    peakPerHour: peakOf(machines),
    // Sums in another order differ in their last digits.
    overspend: Math.max(0, ...over.map((dollars) => Math.round(dollars * 1e6) / 1e6)),
    waitMeanHours: waitMeanSeconds / HOUR,
    unfinished,
  };
};

/** Three queues whose work costs about twice the month's budget, in six ways. */
export const budgets = (tell: (row: BudgetRow) => void): readonly BudgetRow[] =>
  CASES.map((budgeted) => {
    const row = play(budgeted);
    tell(row);
    return row;
  });
