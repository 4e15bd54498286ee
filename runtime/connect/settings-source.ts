import type { SettingsSource, SettingsStore } from '../../core/ports.ts';
import type { Place } from '../../core/settings/place.ts';
import { scheduledAt } from '../../core/settings/schedule.ts';
import { settingsAt } from '../../core/settings/settings-at.ts';
import {
  fleetIn,
  ownerKey,
  queueIn,
  type Readers,
  type SettingsRecord,
  saying,
} from '../../core/settings/settings-record.ts';

/** Answers what was worked out of something that said the same the last time. */
const remembered = <T>() => {
  let known = new Map<string, { readonly said: string; readonly value: T }>();
  let next: typeof known = new Map();
  return {
    of(key: string, said: string, workOut: () => T): T {
      const before = known.get(key);
      const now = before?.said === said ? before : { said, value: workOut() };
      next.set(key, now);
      return now.value;
    },
    /** What was not asked for since the last time is forgotten. */
    turn() {
      known = next;
      next = new Map();
    },
  };
};

/** Reads a record once for as long as it says the same: thousands of queues change one at a time. */
const memory = () => {
  const queues = remembered<ReturnType<typeof queueIn>>();
  const fleets = remembered<ReturnType<typeof fleetIn>>();
  const saidAt = (record: SettingsRecord, at = 0): string =>
    JSON.stringify([saying(record), scheduledAt(record.good ?? {}, at)]);
  const readers: Readers = {
    queue: (record, at) => queues.of(ownerKey(record), saidAt(record, at), () => queueIn(record, at)),
    fleet: (record, serving, at) =>
      fleets.of(ownerKey(record), `${saidAt(record, at)} ${JSON.stringify(serving.shapes)}`, () =>
        fleetIn(record, serving, at),
      ),
  };
  const turn = () => {
    queues.turn();
    fleets.turn();
  };
  return { readers, turn };
};

/**
 * What ticks know of the settings: the ledger's snapshot, which the settings function keeps. Throws if it never wrote one; if
 * it has long not done so, or not since the deploy of a version with fleets, all settings are unusable. `place` is where the workers live.
 */
export const settingsSource = (book: Pick<SettingsStore, 'read'>, place?: Place): SettingsSource => {
  const { readers, turn } = memory();
  return {
    async all(nowSeconds) {
      const snapshot = await book.read();
      const basis = place === undefined ? snapshot : { ...snapshot, place };
      const settings = settingsAt(basis, nowSeconds, readers);
      turn();
      return { ...settings, basis };
    },
  };
};
