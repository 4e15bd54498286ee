import type { StageCaps } from '../core/model/stage.ts';
import { extrasPerHour, HOURS_IN_MONTH, type Place } from '../core/settings/place.ts';
import { dollarsPerHour, hasPrices } from '../core/settings/prices.ts';
import type { QueueSettings } from '../core/settings/queue-settings.ts';

/** The most that a queue can come to under its caps. */
export interface WorstCase {
  readonly workers: number;
  readonly cores: number;
  /** Dollars an hour; undefined if a flavour has neither a price nor a list price. */
  readonly perHour: number | undefined;
  /** Dollars in a month of 730 hours. */
  readonly perMonth: number | undefined;
  /** Dollars of its dearest worker and of its dearest core, an hour. */
  readonly perWorker: number | undefined;
  readonly perCore: number | undefined;
}

/** What a worker of each flavour costs an hour at the most: by the queue's prices, else by AWS's list. */
const eachFlavour = (settings: QueueSettings, place: Place) => {
  const isPriced = hasPrices(settings);
  const market = isPriced && settings.market === 'spot' ? 'spot' : 'on-demand';
  return settings.flavours.map(({ name, cpus }) => {
    const listed = Object.hasOwn(settings.listPrices, name) ? settings.listPrices[name] : undefined;
    const price = isPriced
      ? dollarsPerHour({ flavour: name, cpus, market }, settings)
      : listed && listed + extrasPerHour(place);
    return { cpus, price, count: Math.min(settings.maxWorkers, Math.floor(settings.maxCores / cpus)) };
  });
};

const most = (numbers: readonly (number | undefined)[]): number | undefined =>
  numbers.reduce<number | undefined>(
    (all, one) => (all === undefined || one === undefined ? undefined : Math.max(all, one)),
    0,
  );

/** The lesser of two amounts; one that is not known stays so, and no bound is none. */
const atMost = (amount: number | undefined, bound: number | undefined): number | undefined =>
  amount === undefined || bound === undefined ? amount : Math.min(amount, bound);

const inMonth = (perHour: number | undefined): number | undefined => perHour && perHour * HOURS_IN_MONTH;

/** Returns the most that a queue can come to: as many workers as its caps allow of its dearest flavour, and its budget. */
export const worstCase = (settings: QueueSettings, place: Place): WorstCase => {
  const all = eachFlavour(settings, place);
  const { budgetDollarsPerHour, budgetDollarsPerMonth } = settings;
  const perHour = atMost(most(all.map(({ price, count }) => price && price * count)), budgetDollarsPerHour);
  return {
    workers: Math.max(0, ...all.map(({ count }) => count)),
    cores: Math.max(0, ...all.map(({ count, cpus }) => count * cpus)),
    perHour,
    perMonth: atMost(inMonth(perHour), budgetDollarsPerMonth),
    perWorker: most(all.map(({ price }) => price)),
    perCore: most(all.map(({ price, cpus }) => price && price / cpus)),
  };
};

const sum = (numbers: readonly (number | undefined)[]): number | undefined =>
  numbers.reduce<number | undefined>(
    (all, one) => (all === undefined || one === undefined ? undefined : all + one),
    0,
  );

const times = (count: number | undefined, price: number | undefined): number =>
  count === undefined || price === undefined ? Number.POSITIVE_INFINITY : count * price;

/** Returns the most that all queues can come to together, under the caps of the stage as well. */
export const worstOfAll = (
  queues: readonly WorstCase[],
  caps: StageCaps = {},
): Pick<WorstCase, 'workers' | 'cores' | 'perHour' | 'perMonth'> => {
  const workers = queues.reduce((n, queue) => n + queue.workers, 0);
  const cores = queues.reduce((n, queue) => n + queue.cores, 0);
  const bound = Math.min(
    caps.dollarsPerHour ?? Number.POSITIVE_INFINITY,
    times(caps.workers, most(queues.map((queue) => queue.perWorker))),
    times(caps.cores, most(queues.map((queue) => queue.perCore))),
  );
  const perHour = atMost(sum(queues.map((queue) => queue.perHour)), bound);
  const apart = atMost(sum(queues.map((queue) => queue.perMonth)), inMonth(perHour));
  return {
    workers: Math.min(workers, caps.workers ?? workers),
    cores: Math.min(cores, caps.cores ?? cores),
    perHour,
    perMonth: atMost(apart, caps.dollarsPerMonth),
  };
};
