import type { Fleet } from '../../../observe/fleet.ts';
import { hasPrices } from '../../../settings/prices.ts';
import type { QueueSettings, Settled } from '../../../settings/queue-settings.ts';
import type { Commitments } from './commitments.ts';
import { type Standing, standing } from './purse.ts';

/** How a queue that has prices stands with its budgets, and what it has spent. */
export const moneyOf = (
  { settings }: Settled,
  { strangers }: Fleet,
  commitments: (settings: QueueSettings, strangers: Fleet['strangers']) => Commitments,
  now: number,
): Standing | undefined =>
  hasPrices(settings) ? standing(settings, commitments(settings, strangers), now) : undefined;

/** How money keeps a queue back, for its reasons and its metrics. */
export const moneyTold = (money: Standing | undefined, keptBack: number) =>
  money === undefined
    ? { why: [], counts: {} }
    : {
        why: money.why,
        counts: { ...money.counts, budgetOver: keptBack > 0 || money.step === 'over' ? 1 : 0 },
      };
