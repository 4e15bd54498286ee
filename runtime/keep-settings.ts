import type { QueueParameters, SettingsStore } from '../core/ports.ts';
import type { Place } from '../core/settings/place.ts';
import {
  type RawSettings,
  type SettingsRecord,
  saying,
  settingsRecord,
} from '../core/settings/settings-record.ts';
import { forEach } from './parallel.ts';

export interface SettingsPorts {
  readonly parameters: QueueParameters;
  readonly book: SettingsStore;
  /** Where the workers live; absent: where they usually do. */
  readonly place?: Place;
}

/** What a reading of SSM came to: the records of all queues, and whether all of SSM was read for it. */
export interface KeptSettings {
  readonly records: readonly SettingsRecord[];
  /** Queues whose settings are others than before, or gone. */
  readonly changed: readonly string[];
  readonly complete: boolean;
}

type Before = ReadonlyMap<string, SettingsRecord>;

/** What is kept from before, and when the parameters were read; `byItself`: those of single queues and not all. */
interface Reread {
  readonly before: Before;
  readonly now: number;
  readonly byItself: boolean;
}

/** Brings the ledger's record of one queue in line with its parameters. Undefined: it has none, and no record now. */
const keepQueue = async (
  queue: string,
  raw: RawSettings | undefined,
  { before, now, byItself }: Reread,
  { book, place }: SettingsPorts,
): Promise<SettingsRecord | undefined> => {
  if (raw === undefined || Object.keys(raw).length === 0) {
    await book.forget(queue, now);
    return undefined;
  }
  const old = before.get(queue);
  const record = settingsRecord({ queue, raw, readAt: now, place }, old);
  // Of a queue that was read by itself the moment counts too: an older reading of all may still be on its way.
  if (byItself || old === undefined || saying(old) !== saying(record)) await book.keep(record);
  return record;
};

const keep = async (
  parameters: ReadonlyMap<string, RawSettings>,
  queues: readonly string[],
  reread: Reread,
  ports: SettingsPorts,
): Promise<Omit<KeptSettings, 'complete'>> => {
  const { before } = reread;
  const after = new Map(before);
  const changed: string[] = [];
  await forEach(queues, async (queue) => {
    const record = await keepQueue(queue, parameters.get(queue), reread, ports);
    const old = before.get(queue);
    if (record === undefined) after.delete(queue);
    else after.set(queue, record);
    if ((old && saying(old)) !== (record && saying(record))) changed.push(queue);
  });
  return { records: [...after.values()], changed };
};

const recordsOf = (records: readonly SettingsRecord[]): Before =>
  new Map(records.map((record) => [record.queue, record]));

/** Reads all of SSM and brings the ledger in line with it. */
export const keepAllSettings = async (ports: SettingsPorts, now: number): Promise<KeptSettings> => {
  const [parameters, { records }] = await Promise.all([ports.parameters.all(), ports.book.read()]);
  const before = recordsOf(records);
  const queues = [...new Set([...parameters.keys(), ...before.keys()])];
  const kept = await keep(parameters, queues, { before, now, byItself: false }, ports);
  await ports.book.complete(now);
  return { ...kept, complete: true };
};

/** Reads what has changed, queue by queue; all of SSM if that was never done before. */
export const keepChangedSettings = async (
  queues: readonly string[],
  ports: SettingsPorts,
  now: number,
): Promise<KeptSettings> => {
  const { completeAt, records } = await ports.book.read();
  if (completeAt === undefined) return keepAllSettings(ports, now);
  const read = await forEach(queues, async (queue) => [queue, await ports.parameters.of(queue)] as const);
  const kept = await keep(new Map(read), queues, { before: recordsOf(records), now, byItself: true }, ports);
  return { ...kept, complete: false };
};
