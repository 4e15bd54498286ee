import type { FleetSettings } from '../../core/settings/fleet-settings.ts';
import { listPricesOf } from '../../core/settings/list-prices.ts';
import { hasPrices } from '../../core/settings/prices.ts';
import type { QueueSettings } from '../../core/settings/queue-settings.ts';
import type { StageConfig } from '../stage/config.ts';
import { placeOfStage } from '../stage/place.ts';
import { fleetsAtTimes, settingsOfStage } from '../stage/settings.ts';
import type { ControlPlane } from './control-plane.ts';
import { type WorstCase, worstAtTimes } from './worst-case.ts';

/** A fleet, the queues that run on it, and the most that it can come to. */
export interface FleetCost {
  readonly settings: FleetSettings;
  readonly queues: readonly QueueSettings[];
  readonly worst: WorstCase;
}

/** What decides the cost of a stage without its workers. */
export const planeOf = (config: StageConfig, fleets: readonly FleetCost[]): ControlPlane => ({
  hasPanda: config.pandaUrl !== undefined,
  queues: Object.keys(config.queues).length,
  fleets: fleets.length,
  pricedFleets: fleets.filter(({ settings }) => hasPrices(settings)).length,
  tickSeconds: config.tickSeconds,
  nudges: config.nudges,
  queueMetrics: config.queueMetrics,
  tickMemoryMb: config.tickMemoryMb,
  natGateways: config.network.kind === 'nat' ? 1 : 0,
});

/** Says whose prices the costs of the fleets rest on. */
export const priceBasis = (rows: readonly FleetCost[], region: string): string => {
  const list = `AWS's list prices of ${listPricesOf(region) ?? 'no day'}, on demand, ${region}, with disk and address`;
  const priced = rows.filter(({ settings }) => hasPrices(settings)).length;
  if (priced === rows.length) return "the fleets' own prices";
  return priced === 0 ? list : `the fleets' own prices, and where they have none ${list}`;
};

/** The fleets of a stage, each with the most that it can come to. */
export const fleetCosts = (config: StageConfig): readonly FleetCost[] => {
  const place = placeOfStage(config);
  const { queues } = settingsOfStage(config, place);
  const byFleet = Map.groupBy(
    queues.flatMap((queue) => (queue.ok ? [queue.settings] : [])),
    ({ fleet }) => fleet,
  );
  return fleetsAtTimes(config, place).map(({ settings, atTimes }) => ({
    settings,
    queues: byFleet.get(settings.name) ?? [],
    worst: worstAtTimes(atTimes, place),
  }));
};
