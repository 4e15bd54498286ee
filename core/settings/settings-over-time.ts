import type { StageSettings } from './joint.ts';
import { scheduledAt } from './schedule.ts';
import { type SettingsBasis, settingsAt } from './settings-at.ts';
import { fleetIn, ownerKey, queueIn, type Readers, type SettingsRecord, saying } from './settings-record.ts';

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
 * Makes what answers the settings of one moment after the other. It remembers what records came to, for as long as they say the
 * same and the workers live in the same place.
 */
export const settingsOverTime = (): ((basis: SettingsBasis, at: number) => StageSettings) => {
  let known = memory();
  let lastPlace: string | undefined;
  return (basis, at) => {
    const place = JSON.stringify(basis.place);
    if (place !== lastPlace) known = memory();
    lastPlace = place;
    const settings = settingsAt(basis, at, known.readers);
    known.turn();
    return settings;
  };
};
