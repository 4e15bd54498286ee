import type { FleetSettings } from '../../settings/fleet-settings.ts';
import { hasPrices } from '../../settings/prices.ts';
import type { Fleet } from '../fleet.ts';

/** What a worker of a type costs an hour on demand, at list prices, with its disk and address. */
const perHour = (listed: number, cpus: number, { workerOverheadPercent }: FleetSettings): number =>
  listed + ((listed / Math.max(1, cpus)) * workerOverheadPercent) / 100;

const listedOf = ({ listPrices }: FleetSettings, flavour: string): number | undefined =>
  Object.hasOwn(listPrices, flavour) ? listPrices[flavour] : undefined;

/** Returns what a worker of a type costs an hour at list prices, with its disk and address; undefined: it is not listed. */
export const listedPerHour = (settings: FleetSettings, flavour: string, cpus: number): number | undefined => {
  const listed = listedOf(settings, flavour);
  return listed === undefined ? undefined : perHour(listed, cpus, settings);
};

/** The dearest core of a fleet's flavours; undefined if one is not listed. */
const dearestListed = (settings: FleetSettings): number | undefined => {
  let dearest = 0;
  for (const { name, cpus } of settings.flavours) {
    const listed = listedPerHour(settings, name, cpus);
    if (listed === undefined) return undefined;
    dearest = Math.max(dearest, listed / cpus);
  }
  return dearest;
};

const NOTHING = {} as const;

/**
 * Returns what the workers of a fleet without prices would cost an hour on demand, at AWS's list prices: for telling, in
 * one pass over them. Nothing if the fleet has prices, or a flavour that the region does not list.
 */
export const listedRate = (
  settings: FleetSettings,
  { members, launches, strangers, asleep = [] }: Fleet,
): { readonly dollarsPerHourListed?: number } => {
  if (hasPrices(settings)) return NOTHING;
  const core = dearestListed(settings);
  if (core === undefined) return NOTHING;
  let sum = asleep.length * settings.diskDollarsPerHour;
  for (const { record } of members) {
    const listed = listedOf(settings, record.offer.flavour);
    const { cpus } = record.offers;
    sum += listed === undefined ? core * cpus : perHour(listed, cpus, settings);
  }
  for (const { request, offers } of launches) sum += core * offers.cpus * request.count;
  for (const { total } of strangers) sum += core * total.cpus;
  return { dollarsPerHourListed: sum };
};
