import { expandAny } from './any-flavour.ts';
import type { Flavour } from './flavours.ts';
import type { WishedFlavour } from './knobs.ts';
import { listPrice, listPricesOf } from './list-prices.ts';
import type { Prices, WishedPrices } from './money-knobs.ts';
import { extrasPercent, type Place } from './place.ts';
import type { Shape } from './resources.ts';

/** The settings whose meaning depends on where the workers live. */
export interface Wished {
  readonly flavours: readonly WishedFlavour[];
  readonly prices: WishedPrices;
  readonly workerOverheadPercent: number | 'auto';
  readonly dollarsPerCoreHour: number | undefined;
}

/** What they come to there. */
export interface AtPlace {
  readonly flavours: readonly Flavour[];
  readonly prices: Prices;
  readonly workerOverheadPercent: number;
}

const flavoursOf = (
  wished: readonly WishedFlavour[],
  shape: Shape,
  { region }: Place,
): readonly Flavour[] => {
  const all = wished.flatMap((one) => ('name' in one ? [one] : expandAny(one, shape, region)));
  // A type that is both named and one of any is as the admin named it.
  const named = new Map([...all].reverse().map((flavour) => [flavour.name, flavour]));
  return wished.every((one) => 'name' in one) ? all : [...named.values()].reverse();
};

const pricesOf = (
  { byFlavour, areListed }: WishedPrices,
  flavours: readonly Flavour[],
  { region }: Place,
): Prices => {
  if (!areListed) return byFlavour;
  const listed = flavours.flatMap((flavour) => {
    const price = listPrice(flavour, region);
    return price === undefined ? [] : [[flavour.name, price] as const];
  });
  return { ...Object.fromEntries(listed), ...byFlavour };
};

const coreOf = (flavour: Flavour, prices: Prices, wished: Wished, { region }: Place): number | undefined => {
  const named = Object.hasOwn(prices, flavour.name) ? prices[flavour.name] : undefined;
  if (named !== undefined) return named / flavour.cpus;
  const listed = listPrice(flavour, region);
  return wished.dollarsPerCoreHour ?? (listed === undefined ? undefined : listed / flavour.cpus);
};

/** The cheapest core: over it the overhead in percent comes to at least what disk and address cost on any flavour. */
const cheapestOf = (cores: readonly (number | undefined)[]): number | undefined => {
  const known = cores.filter((core) => core !== undefined).filter((core) => core > 0);
  return known.length === 0 ? undefined : Math.min(...known);
};

/** Settles what depends on the place. A text: why it cannot be. */
export const settleAt = (wished: Wished, shape: Shape, place: Place): AtPlace | string => {
  const flavours = flavoursOf(wished.flavours, shape, place);
  if (flavours.length === 0) {
    return listPricesOf(place.region) === undefined
      ? `asks for any type, and aerie has no list of the types of ${place.region}; name them, such as m6i.large`
      : `asks for any type, and no plain c, m or r type of ${place.region} in these bounds holds a pilot; widen them, or name types`;
  }
  const prices = pricesOf(wished.prices, flavours, place);
  const { workerOverheadPercent: overhead } = wished;
  const cheapest = cheapestOf(flavours.map((flavour) => coreOf(flavour, prices, wished, place)));
  return {
    flavours,
    prices,
    workerOverheadPercent: overhead === 'auto' ? extrasPercent(place, cheapest) : overhead,
  };
};
