import type { Flavour, Offer } from '../model/flavours.ts';
import type { FleetSettings } from './fleet-settings.ts';
import type { SettingProblem } from './parse.ts';

/** The settings that say what a worker costs. */
export type Priced = Pick<
  FleetSettings,
  'flavours' | 'dollarsPerCoreHour' | 'prices' | 'spotPricePercent' | 'workerOverheadPercent'
>;

const onDemandOf = (flavour: Pick<Flavour, 'name' | 'cpus'>, settings: Priced): number | undefined => {
  const { prices, dollarsPerCoreHour } = settings;
  const named = Object.hasOwn(prices, flavour.name) ? prices[flavour.name] : undefined;
  if (named !== undefined) return named;
  return dollarsPerCoreHour === undefined ? undefined : dollarsPerCoreHour * flavour.cpus;
};

/**
 * What one worker costs, dollars per hour: its flavour on its market, and what a worker costs whatever its size
 * (`worker-overhead-percent` of a core, which spot makes no cheaper). Undefined: the settings name no price for it.
 */
export const dollarsPerHour = (
  { flavour, cpus, market }: Pick<Offer, 'flavour' | 'market'> & { readonly cpus: number },
  settings: Priced,
): number | undefined => {
  const onDemand = onDemandOf({ name: flavour, cpus }, settings);
  if (onDemand === undefined) return undefined;
  const overhead = (onDemand / Math.max(1, cpus)) * (settings.workerOverheadPercent / 100);
  return overhead + (market === 'spot' ? (onDemand * settings.spotPricePercent) / 100 : onDemand);
};

/**
 * What a core of a worker costs at the most, dollars per hour: for one that nothing more is known of. Undefined if a
 * flavour has no price.
 */
export const dearestCore = (settings: Priced): number | undefined => {
  let dearest = 0;
  for (const { name, cpus } of settings.flavours) {
    const price = dollarsPerHour({ flavour: name, cpus, market: 'on-demand' }, settings);
    if (price === undefined) return undefined;
    dearest = Math.max(dearest, price / cpus);
  }
  return dearest;
};

/** Whether every flavour of a fleet has a price. */
export const hasPrices = (settings: Priced): boolean =>
  settings.flavours.every((flavour) => onDemandOf(flavour, settings) !== undefined);

/** Which knobs need a price: what each asks for, as the sentence of a bad setting goes on. */
const NEEDS_PRICES = {
  'budget-dollars-per-hour': 'a budget cannot be kept without prices',
  'budget-dollars-per-month': 'a budget cannot be kept without prices',
  market: 'what is cheaper cannot be known without prices',
} as const;

/** A budget, or a choice by cost, of flavours that have no price. */
export const unpriced = (settings: Omit<FleetSettings, 'scheduled'>): readonly SettingProblem[] => {
  const missing = settings.flavours.filter((flavour) => onDemandOf(flavour, settings) === undefined);
  if (missing.length === 0) return [];
  const given = {
    'budget-dollars-per-hour': settings.budgetDollarsPerHour,
    'budget-dollars-per-month': settings.budgetDollarsPerMonth,
    market: settings.market === 'spot-if-cheaper' ? settings.market : undefined,
  } as const;
  const names = missing.map(({ name }) => name).join(', ');
  return (['budget-dollars-per-hour', 'budget-dollars-per-month', 'market'] as const).flatMap((knob) =>
    given[knob] === undefined
      ? []
      : [
          {
            knob,
            why: `is ${given[knob]}, and there is no price of ${names}: ${NEEDS_PRICES[knob]}; set dollars-per-core-hour, or name them in prices`,
          },
        ],
  );
};
