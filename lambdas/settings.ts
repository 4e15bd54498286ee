import { stageParameters } from '../adapters/parameters.ts';
import { settingsStore } from '../adapters/settings-store.ts';
import { onSettings } from '../runtime/on-settings.ts';
import { placeOf, readEnvironment } from '../runtime/run/environment.ts';

const env = readEnvironment(process.env);

/** Keeps the settings of all queues and fleets in the ledger: at once when a parameter changes, and in full on a slow timer. */
export const handler = onSettings(env.AERIE_STAGE, {
  parameters: stageParameters(env.AERIE_STAGE),
  book: settingsStore(env.AERIE_TABLE),
  place: placeOf(env),
});
