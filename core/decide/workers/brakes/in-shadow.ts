import type { PlannedLaunch, Retirement, WorkerDecision } from '../../../model/decision.ts';
import type { Reason } from '../../../model/reason.ts';
import type { PlannedWake } from '../../../model/wake.ts';
import { listedPerHour } from '../../../observe/money/listed-rate.ts';
import type { FleetSettings } from '../../../settings/fleet-settings.ts';
import { hasPrices } from '../../../settings/prices.ts';
import type { Brake } from './brake.ts';

type InShadow = Extract<Reason, { kind: 'fleet-in-shadow' }>;

/** What one machine costs an hour, dollars, as dear as any of those that it may become; undefined: one is not known. */
type PriceOf = (flavours: readonly string[], prices: Readonly<Record<string, number>>) => number | undefined;

const pricesIn = (settings: FleetSettings): PriceOf => {
  const cores = new Map(settings.flavours.map(({ name, cpus }) => [name, cpus]));
  const listed = (flavour: string) => listedPerHour(settings, flavour, cores.get(flavour) ?? 0);
  return (flavours, prices) => {
    const each = flavours.map((flavour) => (hasPrices(settings) ? prices[flavour] : listed(flavour)));
    const known = each.filter((price) => price !== undefined);
    return known.length < each.length || known.length === 0 ? undefined : Math.max(...known);
  };
};

const flavoursOf = ({ request }: PlannedLaunch): readonly string[] => [
  ...new Set(request.overrides.map(({ flavour }) => flavour)),
];

/** What all that would be started costs an hour; nothing if the price of one is not known. */
const costOf = (
  launches: readonly PlannedLaunch[],
  wakes: readonly PlannedWake[],
  settings: FleetSettings,
): Pick<InShadow, 'dollarsPerHour' | 'isListed'> => {
  const priceOf = pricesIn(settings);
  const costs = [
    ...launches.map((planned) => {
      const each = priceOf(flavoursOf(planned), planned.prices ?? {});
      return each === undefined ? undefined : each * planned.request.count;
    }),
    ...wakes.map(({ offer: { flavour }, dollarsPerHour }) =>
      priceOf([flavour], dollarsPerHour === undefined ? {} : { [flavour]: dollarsPerHour }),
    ),
  ];
  const known = costs.filter((cost) => cost !== undefined);
  if (known.length === 0 || known.length < costs.length) return {};
  const dollarsPerHour = known.reduce((sum, cost) => sum + cost, 0);
  return hasPrices(settings) ? { dollarsPerHour } : { dollarsPerHour, isListed: true };
};

const wouldDo = (decision: WorkerDecision, settings: FleetSettings): InShadow => {
  const {
    launches,
    retirements,
    wakes = [],
    mayStop = [],
  } = decision.kind === 'act' ? decision : { launches: [], retirements: [] };
  const steps = (of: Retirement['step']) => retirements.filter(({ step }) => step === of).length;
  return {
    kind: 'fleet-in-shadow',
    launches: launches.map((planned) => ({
      workers: planned.request.count,
      flavours: flavoursOf(planned),
      market: planned.request.market,
    })),
    ...{ wake: wakes.length, letSleep: mayStop.length },
    ...{ undrain: steps('undrain'), drain: steps('drain'), terminate: steps('terminate') },
    ...costOf(launches, wakes, settings),
  };
};

/**
 * Takes away everything that a fleet in shadow would do, and says what it would have been. It comes last: what the other brakes
 * take would not be done live either.
 */
export const inShadow: Brake = (decisions, { settingsOf }) =>
  decisions.map((decision) => {
    const settings = settingsOf(decision.fleet);
    if (settings === undefined || settings.mode === 'live') return decision;
    const { kind, fleet, at, counts } = decision;
    const why = [...decision.why, wouldDo(decision, settings)];
    return { kind: kind === 'hold' ? 'hold' : 'rest', fleet, at, why, counts };
  });
