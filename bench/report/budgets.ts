import { type Month, monthsOf, secondsIn } from '../../core/model/months.ts';
import { CORE_DOLLARS, flavoursOf, type Knobs } from '../aerie/settings.ts';
import { momentOf } from '../aerie/world.ts';
import { rivals } from '../load/made.ts';
import type { Machine } from '../model/machine.ts';
import { simulate } from '../model/run.ts';
import { boundOf, figuresOf } from './figures.ts';
import { deployed, SMALL } from './suite.ts';

const HOUR = 3_600;
const OVERHEAD_PERCENT = 5;

/** What a machine costs in a month, from when it was really launched and when it really ended. */
const dollarsOf = ({ cores, startedAt, endedAt }: Machine, month: Month): number => {
  const perHour = CORE_DOLLARS * (cores + OVERHEAD_PERCENT / 100);
  return (perHour * secondsIn(month, momentOf(startedAt), momentOf(endedAt))) / HOUR;
};

/** The most that machines cost at once, dollars per hour. */
const peakOf = (machines: readonly Machine[]): number => {
  const steps = machines.flatMap(({ cores, startedAt, endedAt }) => {
    const rate = CORE_DOLLARS * (cores + OVERHEAD_PERCENT / 100);
    return [
      { at: startedAt, by: rate },
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

/** Dollars that a fleet may cost. */
interface Budget {
  readonly hour?: number;
  readonly month?: number;
}

interface Budgeted {
  readonly name: string;
  readonly budget?: Budget;
  /** Each queue has a fleet of its own with that budget; else all share one. */
  readonly apart: boolean;
}

/** A worker takes pilots for half a day, and has ended after a day. */
const LIVES: Knobs = { 'pilot-wall-seconds': '43200', 'max-life-seconds': '86400' };

const knobsOf = ({ budget = {} }: Budgeted): Knobs => ({
  ...LIVES,
  flavours: flavoursOf(SMALL),
  'linger-seconds': '120',
  'dollars-per-core-hour': String(CORE_DOLLARS),
  /** As the machines of this model cost: no disk, no address. */
  'worker-overhead-percent': String(OVERHEAD_PERCENT),
  ...(budget.hour === undefined ? {} : { 'budget-dollars-per-hour': String(budget.hour) }),
  ...(budget.month === undefined ? {} : { 'budget-dollars-per-month': String(budget.month) }),
});

const CASES: readonly Budgeted[] = [
  { name: 'no budget, a fleet for each queue', apart: true },
  { name: 'no budget, one fleet', apart: false },
  { name: '$250 a month for each of three fleets', budget: { month: 250 }, apart: true },
  { name: '$750 a month for one fleet', budget: { month: 750 }, apart: false },
  { name: '$4 an hour for each of three fleets', budget: { hour: 4 }, apart: true },
  { name: '$10 an hour for one fleet', budget: { hour: 10 }, apart: false },
];

/** One way to bound what is spent, and what came of it; dollars. */
export interface BudgetRow {
  readonly name: string;
  /** By month, what each fleet spent. */
  readonly spent: Readonly<Record<string, readonly number[]>>;
  readonly peakPerHour: number;
  /** The most that any budget was exceeded by; 0 if none was. */
  readonly overspend: number;
  readonly waitMeanHours: number;
  readonly unfinished: number;
}

const play = (budgeted: Budgeted): BudgetRow => {
  const load = rivals(6, 48);
  const machines: Machine[] = [];
  const policy = deployed('aerie', SMALL, {
    apart: budgeted.apart,
    knobs: () => knobsOf(budgeted),
  });
  const outcome = simulate(load, policy, {
    paid: (machine, until) => machines.push({ ...machine, endedAt: until }),
  });
  const last = Math.max(...machines.map(({ endedAt }) => endedAt));
  const lanes = [...new Set(machines.map(({ lane }) => lane))].sort((a, b) => a - b);
  const byFleet = lanes.map((lane) => machines.filter((machine) => machine.lane === lane));
  const spent = Object.fromEntries(
    monthsOf(momentOf(0), momentOf(last)).map((month) => [
      month.name,
      byFleet.map((of) => of.reduce((sum, machine) => sum + dollarsOf(machine, month), 0)),
    ]),
  );
  const { month = Number.POSITIVE_INFINITY, hour = Number.POSITIVE_INFINITY } = budgeted.budget ?? {};
  const over = [
    ...Object.values(spent).flatMap((each) => each.map((dollars) => dollars - month)),
    ...byFleet.map((of) => peakOf(of) - hour),
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
