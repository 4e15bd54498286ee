import { EC2 } from '../model/clouds.ts';
import type { Flavour } from '../model/flavours.ts';
import type { Shape } from '../model/resources.ts';
import { expandAny } from './any-flavour.ts';
import type { WishedFlavour } from './fleet-knobs.ts';
import { listPrice, listPricesOf } from './list-prices.ts';
import type { Prices, WishedPrices } from './money-knobs.ts';
import { diskPerHour, extrasPercent, type Place } from './place.ts';

/** The settings whose meaning depends on where the workers live. */
export interface Wished {
  readonly flavours: readonly WishedFlavour[];
  readonly prices: WishedPrices;
  readonly workerOverheadPercent: number | 'auto';
  readonly dollarsPerCoreHour: number | undefined;
  readonly cloud: string;
}

/** What they come to there. */
export interface AtPlace {
  readonly flavours: readonly Flavour[];
  readonly prices: Prices;
  /** AWS's list prices of the flavours that the region lists: for telling, and no bound of anything. */
  readonly listPrices: Prices;
  readonly workerOverheadPercent: number;
  /** What a worker that is asleep costs. Awake, its disk is in what the worker costs (`worker-overhead-percent`). */
  readonly diskDollarsPerHour: number;
}

const flavoursOf = (
  wished: readonly WishedFlavour[],
  shapes: readonly Shape[],
  { region }: Place,
): readonly Flavour[] => {
  const all = wished.flatMap((one) =>
    'name' in one ? [one] : shapes.flatMap((shape) => expandAny(one, shape, region)),
  );
  // A type that is both named and one of any is as the admin named it.
  const named = new Map([...all].reverse().map((flavour) => [flavour.name, flavour]));
  return wished.every((one) => 'name' in one) ? all : [...named.values()].reverse();
};

const listedAt = (flavours: readonly Flavour[], { region }: Place): Prices =>
  Object.fromEntries(
    flavours.flatMap((flavour) => {
      const price = listPrice(flavour, region);
      return price === undefined ? [] : [[flavour.name, price] as const];
    }),
  );

/** What a core of a flavour costs: as the fleet says, else as AWS lists it. */
const coreOf = (
  { name, cpus }: Flavour,
  { prices, listPrices }: Pick<AtPlace, 'prices' | 'listPrices'>,
  dollarsPerCoreHour: number | undefined,
): number | undefined => {
  const of = (table: Prices) => {
    const price = Object.hasOwn(table, name) ? table[name] : undefined;
    return price === undefined ? undefined : price / cpus;
  };
  return of(prices) ?? dollarsPerCoreHour ?? of(listPrices);
};

/** The cheapest core: over it the overhead in percent comes to at least what disk and address cost on any flavour. */
const cheapestOf = (cores: readonly (number | undefined)[]): number | undefined => {
  const known = cores.filter((core) => core !== undefined).filter((core) => core > 0);
  return known.length === 0 ? undefined : Math.min(...known);
};

/** Settles what depends on the place. A text: why it cannot be. */
export const settleAt = (wished: Wished, shapes: readonly Shape[], place: Place): AtPlace | string => {
  const flavours = flavoursOf(wished.flavours, shapes, place);
  if (flavours.length === 0) {
    return listPricesOf(place.region) === undefined
      ? `asks for any type, and aerie has no list of the types of ${place.region}; name them, such as m6i.large`
      : `asks for any type, and no plain c, m or r type of ${place.region} in these bounds holds a pilot of the fleet's queues; widen them, or name types`;
  }
  // A site's flavour may be called as one of AWS's is.
  const listPrices = wished.cloud === EC2 ? listedAt(flavours, place) : {};
  const { byFlavour, areListed } = wished.prices;
  const prices = areListed ? { ...listPrices, ...byFlavour } : byFlavour;
  const { workerOverheadPercent: overhead, dollarsPerCoreHour } = wished;
  const cores = flavours.map((of) => coreOf(of, { prices, listPrices }, dollarsPerCoreHour));
  return {
    flavours,
    prices,
    listPrices,
    workerOverheadPercent: overhead === 'auto' ? extrasPercent(place, cheapestOf(cores)) : overhead,
    diskDollarsPerHour: diskPerHour(place),
  };
};
