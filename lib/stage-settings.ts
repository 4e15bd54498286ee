import type { ParsedFleet } from '../core/settings/fleet-settings.ts';
import { fleetNames, judgedTogether, type StageSettings, shapesByFleet } from '../core/settings/joint.ts';
import type { RawSettings } from '../core/settings/parse.ts';
import type { Place } from '../core/settings/place.ts';
import { parseFleetSettings, parseQueueSettings } from '../core/settings/settings.ts';
import type { FleetBlock } from './stage-fleets.ts';

/** What of a stage's block says what its queues and fleets are. */
interface Owners {
  readonly queues: Readonly<Record<string, RawSettings>>;
  readonly fleets: Readonly<Record<string, FleetBlock>>;
}

/**
 * Reads the queues and fleets of a stage's block, as the ticks will read their parameters: each by itself, and then together.
 * The fleet `default` is always among them.
 */
export const settingsOfStage = ({ queues: given, fleets: of }: Owners, place: Place): StageSettings => {
  const queues = Object.entries(given).map(([queue, knobs]) => parseQueueSettings(queue, knobs));
  const shapes = shapesByFleet(queues);
  const fleets = fleetNames(Object.keys(of)).map((fleet): ParsedFleet => {
    const knobs = Object.hasOwn(of, fleet) ? (of[fleet]?.knobs ?? {}) : {};
    return parseFleetSettings(fleet, knobs, { place, shapes: shapes.get(fleet) ?? [] });
  });
  return judgedTogether({ queues, fleets }, place);
};
