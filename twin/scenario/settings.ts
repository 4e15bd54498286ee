import type { FleetSettings } from '../../core/settings/fleet-settings.ts';
import type { StageSettings } from '../../core/settings/joint.ts';
import { nameOf } from '../../core/settings/parse.ts';
import { type OwnedParameters, settingsIn } from '../../core/settings/settings-record.ts';

import { TWIN_PLACE } from './place.ts';

/** What has knobs in a scenario. */
export interface WithKnobs {
  readonly queues: readonly { readonly name: string; readonly settings: Readonly<Record<string, string>> }[];
  readonly fleets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Clouds beside EC2; absent: none. */
  readonly clouds?: Readonly<Record<string, unknown>>;
}

/** The parameters of a scenario's queues and fleets, as they would stand in SSM. */
export const parametersOf = ({ queues, fleets }: WithKnobs): readonly OwnedParameters[] => [
  ...queues.map(({ name, settings }) => ({ owner: { of: 'queue', name } as const, raw: settings })),
  ...Object.entries(fleets).map(([name, raw]) => ({ owner: { of: 'fleet', name } as const, raw })),
];

/** Its settings as a tick would read them. */
export const settingsOf = (scenario: WithKnobs): StageSettings =>
  settingsIn(
    parametersOf(scenario).map(({ owner, raw }) => ({ ...owner, readAt: 0, good: raw })),
    { ...TWIN_PLACE, clouds: Object.keys(scenario.clouds ?? {}) },
  );

/** The names of its fleets, the default one first. */
export const fleetNamesOf = (scenario: WithKnobs): readonly string[] =>
  settingsOf(scenario).fleets.map(nameOf);

/** The settings of its fleets that can be used; the default one is always among them, unless it is set wrongly. */
export const fleetsOf = (scenario: WithKnobs): readonly FleetSettings[] =>
  settingsOf(scenario).fleets.flatMap((fleet) => (fleet.ok ? [fleet.settings] : []));

/** What spot costs its fleets, in percent of the price on demand (`spot-price-percent`). */
export const spotPercentIn = (scenario: WithKnobs): ((fleet: string) => number) => {
  const percents = new Map(fleetsOf(scenario).map(({ name, spotPricePercent }) => [name, spotPricePercent]));
  return (fleet) => percents.get(fleet) ?? 100;
};
