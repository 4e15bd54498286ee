import type { SettingsSource, SettingsStore } from '../core/ports.ts';
import type { Place } from '../core/settings/place.ts';
import type { ParsedSettings } from '../core/settings/queue-settings.ts';
import { type SettingsRecord, saying, settingsOf, staleSettings } from '../core/settings/settings-record.ts';

/** Parses a record once for as long as it says the same: thousands of queues change one at a time. */
const memory = (place: Place | undefined) => {
  let known = new Map<string, { readonly said: string; readonly parsed: ParsedSettings }>();
  return (records: readonly SettingsRecord[]): readonly ParsedSettings[] => {
    const next: typeof known = new Map();
    for (const record of records) {
      const said = saying(record);
      const before = known.get(record.queue);
      next.set(record.queue, before?.said === said ? before : { said, parsed: settingsOf(record, place) });
    }
    known = next;
    return [...next.values()].map(({ parsed }) => parsed);
  };
};

const byName = (a: SettingsRecord, b: SettingsRecord): number => (a.queue < b.queue ? -1 : 1);

/**
 * What ticks know of the settings: the ledger's snapshot, which the settings function keeps. Throws if it never wrote
 * one; if it has long not done so, every queue's settings are unusable. `place` is where the workers live.
 */
export const settingsSource = (book: Pick<SettingsStore, 'read'>, place?: Place): SettingsSource => {
  const parsed = memory(place);
  return {
    async queues(nowSeconds) {
      const { completeAt, records } = await book.read();
      if (completeAt === undefined) {
        throw new Error(
          'The ledger has no settings yet: the settings function has to read them first. It does so every few minutes; if not, look at its log.',
        );
      }
      const stale = staleSettings(completeAt, nowSeconds);
      const sorted = [...records].sort(byName);
      return stale === undefined
        ? parsed(sorted)
        : sorted.map(({ queue }) => ({ ok: false, queue, problems: [stale] }));
    },
  };
};
