import type { SettingsSource, SettingsStore } from '../../core/ports.ts';
import type { Place } from '../../core/settings/place.ts';
import { settingsOverTime } from '../../core/settings/settings-over-time.ts';

/**
 * What ticks know of the settings: the ledger's snapshot, which the settings function keeps. Throws if it never wrote one; if
 * it has long not done so, or not since the deploy of a version with fleets, all settings are unusable. `place` is where the workers live.
 */
export const settingsSource = (book: Pick<SettingsStore, 'read'>, place?: Place): SettingsSource => {
  const settle = settingsOverTime();
  return {
    async all(nowSeconds) {
      const snapshot = await book.read();
      const basis = place === undefined ? snapshot : { ...snapshot, place };
      return { ...settle(basis, nowSeconds), basis };
    },
  };
};
