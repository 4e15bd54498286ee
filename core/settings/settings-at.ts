import type { StageSettings } from './joint.ts';
import type { Place } from './place.ts';
import {
  BEFORE_FLEETS,
  type Readers,
  type SettingsRecord,
  type SettingsSnapshot,
  settingsIn,
  staleSettings,
  unusable,
} from './settings-record.ts';

/** What a tick's settings were made of: what the ledger had of them, and where the workers live. */
export interface SettingsBasis extends SettingsSnapshot {
  readonly place?: Place;
}

/** The settings of a tick; `basis`: what they were made of, where the source can say that. */
export interface SettledStage extends StageSettings {
  readonly basis?: SettingsBasis;
}

const byName = (a: SettingsRecord, b: SettingsRecord): number => (a.name < b.name ? -1 : 1);

/**
 * Makes the settings of a moment of what the ledger has of them. If they were never read, it throws; if that is too long ago,
 * or was done by a version without fleets, all are unusable. `at`: seconds since 1970.
 */
export const settingsAt = (
  { completeAt, beforeFleets, records, place }: SettingsBasis,
  at: number,
  readers?: Readers,
): StageSettings => {
  const sorted = [...records].sort(byName);
  if (beforeFleets === true) return unusable(sorted, BEFORE_FLEETS);
  if (completeAt === undefined) {
    throw new Error(
      'The ledger has no settings yet: the settings function has to read them first. It does so every few minutes; if not, look at its log.',
    );
  }
  const stale = staleSettings(completeAt, at);
  if (stale !== undefined) return unusable(sorted, stale);
  return settingsIn(sorted, place, readers === undefined ? { at } : { at, readers });
};
