import type { FleetSettings } from '../../core/settings/fleet-settings.ts';
import { extrasPerHour, HOURS_IN_MONTH, type Place, placeOfFleet } from '../../core/settings/place.ts';
import { dollarsPerHour, hasPrices } from '../../core/settings/prices.ts';

/** The most that a fleet can come to under its caps. */
export interface WorstCase {
  readonly workers: number;
  readonly cores: number;
  /** Dollars an hour; undefined if a flavour has neither a price nor a list price. */
  readonly perHour: number | undefined;
  /** Dollars in a month of 730 hours. */
  readonly perMonth: number | undefined;
}

/** What a worker of each flavour costs an hour at the most: by the fleet's prices, else by AWS's list. */
const eachFlavour = (settings: FleetSettings, place: Place) => {
  const isPriced = hasPrices(settings);
  const market = isPriced && settings.market === 'spot' ? 'spot' : 'on-demand';
  return settings.flavours.map(({ name, cpus }) => {
    const listed = Object.hasOwn(settings.listPrices, name) ? settings.listPrices[name] : undefined;
    const price = isPriced
      ? dollarsPerHour({ flavour: name, cpus, market }, settings)
      : listed && listed + extrasPerHour(placeOfFleet(place, settings.name));
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

/** Returns the most that a fleet can come to: as many workers as its caps allow of its dearest flavour, and its budget. */
const worstCase = (settings: FleetSettings, place: Place): WorstCase => {
  const all = eachFlavour(settings, place);
  const { budgetDollarsPerHour, budgetDollarsPerMonth } = settings;
  const perHour = atMost(most(all.map(({ price, count }) => price && price * count)), budgetDollarsPerHour);
  return {
    workers: Math.max(0, ...all.map(({ count }) => count)),
    cores: Math.max(0, ...all.map(({ count, cpus }) => count * cpus)),
    perHour,
    perMonth: atMost(inMonth(perHour), budgetDollarsPerMonth),
  };
};

const sum = (numbers: readonly (number | undefined)[]): number | undefined =>
  numbers.reduce<number | undefined>(
    (all, one) => (all === undefined || one === undefined ? undefined : all + one),
    0,
  );

/** Returns the most that a fleet can come to at any time of its schedule. */
export const worstAtTimes = (atTimes: readonly FleetSettings[], place: Place): WorstCase => {
  const all = atTimes.map((settings) => worstCase(settings, place));
  return {
    workers: Math.max(0, ...all.map(({ workers }) => workers)),
    cores: Math.max(0, ...all.map(({ cores }) => cores)),
    perHour: most(all.map(({ perHour }) => perHour)),
    perMonth: most(all.map(({ perMonth }) => perMonth)),
  };
};

/** Returns the most that all fleets can come to together: each has caps and budgets of its own, and nothing else binds. */
export const worstOfAll = (fleets: readonly WorstCase[]): WorstCase => ({
  workers: fleets.reduce((all, { workers }) => all + workers, 0),
  cores: fleets.reduce((all, { cores }) => all + cores, 0),
  perHour: sum(fleets.map(({ perHour }) => perHour)),
  perMonth: sum(fleets.map(({ perMonth }) => perMonth)),
});
