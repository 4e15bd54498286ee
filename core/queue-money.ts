import { type Commitments, rateOf } from './commitments.ts';
import type { Fleet } from './fleet.ts';
import { hasPrices } from './prices.ts';
import { type Standing, standing } from './purse.ts';
import type { QueueSettings, Settled } from './settings.ts';

type CommitmentsOf = (settings: QueueSettings, strangers: Fleet['strangers']) => Commitments;

/** How a queue that has prices stands with its budgets, and what it has spent. */
export const moneyOf = (
  { settings }: Settled,
  { strangers }: Fleet,
  commitments: CommitmentsOf,
  now: number,
): Standing | undefined =>
  hasPrices(settings) ? standing(settings, commitments(settings, strangers), now) : undefined;

/**
 * What the workers of a queue without prices would cost an hour on demand, at AWS's list prices: for telling. Nothing if
 * it has prices, or a flavour that the region does not list.
 */
export const listedRate = (
  { settings }: Settled,
  { strangers }: Fleet,
  commitments: CommitmentsOf,
): { readonly dollarsPerHourListed?: number } => {
  if (hasPrices(settings)) return {};
  const listed = { ...settings, prices: settings.listPrices, spotPricePercent: 100 };
  return hasPrices(listed) ? { dollarsPerHourListed: rateOf(commitments(listed, strangers)) } : {};
};

/** How money keeps a queue back, for its reasons and its metrics. */
export const moneyTold = (money: Standing | undefined, keptBack: number) =>
  money === undefined
    ? { why: [], counts: {} }
    : {
        why: money.why,
        counts: { ...money.counts, budgetOver: keptBack > 0 || money.step === 'over' ? 1 : 0 },
      };
