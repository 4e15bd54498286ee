import { dollarsIn } from '../../learn/accounts.ts';
import { endsBy, REPLAYED_SECONDS } from '../../model/lifetimes.ts';
import type { Month } from '../../model/months.ts';
import type { Reason } from '../../model/reason.ts';
import type { FleetSettings } from '../../settings/fleet-settings.ts';
import { hasPrices } from '../../settings/prices.ts';
import type { Fleet } from '../fleet.ts';
import {
  type Commitments,
  type CommitmentsOf,
  committedIn,
  monthsAhead,
  rateOf,
  spentIn,
} from './commitments.ts';

/** What may still be spent on workers that are launched now. */
export interface Headroom {
  /** Dollars per hour; infinite where no budget says how much. */
  readonly perHour: number;
  /** Dollars of each month that such a worker may live in; empty where there is no budget. */
  readonly months: readonly { readonly month: Month; readonly left: number }[];
  /** The longest life of such a worker. */
  readonly life: { readonly from: number; readonly to: number };
}

/** Sums of many small amounts differ in their last digits by the order in which they were added. */
const ROUNDING = 1e-9;

/** How many workers of a price may be launched: never one more. */
export const affordable = (headroom: Headroom, dollarsPerHour: number): number => {
  const within = (left: number, each: number) =>
    each <= 0 ? Number.POSITIVE_INFINITY : Math.floor(left / each + ROUNDING);
  const counts = headroom.months.map(({ month, left }) =>
    within(left, dollarsIn(month, { ...headroom.life, dollarsPerHour })),
  );
  return Math.max(0, Math.min(within(headroom.perHour, dollarsPerHour), ...counts));
};

/** What is left once so many workers of a price are launched. */
export const without = (headroom: Headroom, dollarsPerHour: number, count: number): Headroom => ({
  ...headroom,
  perHour: headroom.perHour - dollarsPerHour * count,
  months: headroom.months.map(({ month, left }) => ({
    month,
    left: left - count * dollarsIn(month, { ...headroom.life, dollarsPerHour }),
  })),
});

/** From this share of a budget on only the cheapest offers are taken, and the budget counts as near. */
const NEAR = 0.8;

/** How a fleet stands with its budgets. */
export interface Standing {
  readonly headroom: Headroom;
  /** `cheapest`: only the cheapest offers. `over`: what lives costs more than it may; idle workers leave. */
  readonly step: 'free' | 'cheapest' | 'over';
  readonly why: readonly Reason[];
  /** Dollars, for the metrics. */
  readonly counts: Readonly<Record<string, number>>;
}

/** The budgets of a fleet against what it is committed to. */
const standing = (settings: FleetSettings, commitments: Commitments, now: number): Standing => {
  const { budgetDollarsPerHour: hourly, budgetDollarsPerMonth: monthly, maxLifeSeconds } = settings;
  const months = monthsAhead(now, settings).map((month) => ({
    month,
    committed: committedIn(month, commitments),
  }));
  const rate = rateOf(commitments);
  const [current] = months;
  const spent = current === undefined ? 0 : spentIn(current.month, commitments, now);
  const budgets: readonly Extract<Reason, { kind: 'hour-budget' | 'month-budget' }>[] = [
    ...(hourly === undefined ? [] : [{ kind: 'hour-budget', dollars: rate, limitDollars: hourly } as const]),
    ...(monthly === undefined
      ? []
      : months.map(
          ({ month, committed }) =>
            ({ kind: 'month-budget', month: month.name, dollars: committed, limitDollars: monthly }) as const,
        )),
  ];
  const over = budgets.filter((of) => of.dollars > of.limitDollars * (1 + ROUNDING));
  const near = budgets.filter((of) => of.dollars >= of.limitDollars * NEAR);
  const step = over.length > 0 ? 'over' : near.length > 0 ? 'cheapest' : 'free';
  const perMonth = monthly ?? Number.POSITIVE_INFINITY;
  return {
    step,
    headroom: {
      perHour: (hourly ?? Number.POSITIVE_INFINITY) - rate,
      months: months.map(({ month, committed }) => ({ month, left: perMonth - committed })),
      life: { from: now, to: endsBy(now, maxLifeSeconds) + REPLAYED_SECONDS },
    },
    why: over.length > 0 ? over : near,
    counts: {
      dollarsPerHour: rate,
      dollarsThisMonth: spent,
      dollarsCommitted: current?.committed ?? 0,
      budgetNear: monthly !== undefined && spent >= monthly * NEAR ? 1 : 0,
      budgetOver: over.length > 0 ? 1 : 0,
    },
  };
};

/** Returns how a fleet that has prices stands with its budgets, and what it has spent; undefined if it has none. */
export const budgetOf = (
  settings: FleetSettings,
  { strangers }: Fleet,
  commitmentsOf: CommitmentsOf,
  now: number,
): Standing | undefined =>
  hasPrices(settings) ? standing(settings, commitmentsOf(settings, strangers), now) : undefined;
