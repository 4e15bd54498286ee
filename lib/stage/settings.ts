import type { FleetSettings, ParsedFleet } from '../../core/settings/fleet-settings.ts';
import { fleetNames, judgedTogether, type StageSettings, shapesByFleet } from '../../core/settings/joint.ts';
import type { RawSettings } from '../../core/settings/parse.ts';
import type { Place } from '../../core/settings/place.ts';
import { allScheduled, withScheduled } from '../../core/settings/schedule.ts';
import { parseFleetSettings, parseQueueSettings } from '../../core/settings/settings.ts';
import type { FleetBlock } from './fleets.ts';

/** What of a stage's block says what its queues and fleets are. */
interface Owners {
  readonly queues: Readonly<Record<string, RawSettings>>;
  readonly fleets: Readonly<Record<string, FleetBlock>>;
}

const knobsOf = (fleets: Owners['fleets'], fleet: string): RawSettings =>
  (Object.hasOwn(fleets, fleet) ? fleets[fleet]?.knobs : undefined) ?? {};

/**
 * Reads the queues and fleets of a stage's block, as the ticks will read their parameters: each by itself, and then together.
 * The fleet `default` is always among them.
 */
export const settingsOfStage = ({ queues: given, fleets: of }: Owners, place: Place): StageSettings => {
  const queues = Object.entries(given).map(([queue, knobs]) => parseQueueSettings(queue, knobs));
  const shapes = shapesByFleet(queues);
  const fleets = fleetNames(Object.keys(of)).map(
    (fleet): ParsedFleet =>
      parseFleetSettings(fleet, knobsOf(of, fleet), { place, shapes: shapes.get(fleet) ?? [] }),
  );
  return judgedTogether({ queues, fleets }, place);
};

/** A fleet with its settings as they are as a rule, and as its schedule makes them at other times. */
export interface FleetAtTimes {
  readonly settings: FleetSettings;
  /** Those and every other. */
  readonly atTimes: readonly FleetSettings[];
}

/** Reads every fleet of a stage's block that can be used, for every time of a week. */
export const fleetsAtTimes = (block: Owners, place: Place): readonly FleetAtTimes[] => {
  const { queues, fleets } = settingsOfStage(block, place);
  const shapes = shapesByFleet(queues);
  return fleets.flatMap((fleet) => {
    if (!fleet.ok) return [];
    const { settings } = fleet;
    const { name } = settings;
    const raw = knobsOf(block.fleets, name);
    const others = allScheduled(raw).flatMap((set) => {
      const serving = { place, shapes: shapes.get(name) ?? [] };
      const then = parseFleetSettings(name, withScheduled(raw, set), serving);
      return then.ok ? [then.settings] : [];
    });
    return [{ settings, atTimes: [settings, ...others] }];
  });
};
