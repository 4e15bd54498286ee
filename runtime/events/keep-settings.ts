import type { Parameters, SettingsStore } from '../../core/ports.ts';
import type { Place } from '../../core/settings/place.ts';
import {
  judgedRecords,
  type OwnedParameters,
  type Owner,
  ownerKey,
  type SettingsRecord,
  saying,
  settingsRecord,
} from '../../core/settings/settings-record.ts';
import { forEach } from '../run/parallel.ts';

export interface SettingsPorts {
  readonly parameters: Parameters;
  readonly book: SettingsStore;
  /** Where the workers live; absent: where they usually do. */
  readonly place?: Place;
}

/** What a reading of SSM came to: the records of all queues and fleets, and whether all of SSM was read for it. */
export interface KeptSettings {
  readonly records: readonly SettingsRecord[];
  /** Queues and fleets whose settings are others than before, or gone. */
  readonly changed: readonly Owner[];
  readonly complete: boolean;
}

type Records = ReadonlyMap<string, SettingsRecord>;

const recordsOf = (records: readonly SettingsRecord[]): Records =>
  new Map(records.map((record) => [ownerKey(record), record]));

/** What is kept from before, and when the parameters were read; `byItself`: those of single owners and not all. */
interface Reread {
  readonly before: Records;
  readonly now: number;
  readonly byItself: boolean;
}

/** All records as they are after some parameters were read: each judged by itself, and then together. */
const recordsAfter = (
  read: readonly OwnedParameters[],
  { before, now }: Reread,
  place: Place | undefined,
): Records => {
  const after = new Map(before);
  for (const { owner, raw } of read) {
    const key = ownerKey(owner);
    if (Object.keys(raw).length === 0) after.delete(key);
    else after.set(key, settingsRecord({ owner, raw, readAt: now, place }, before.get(key)));
  }
  return recordsOf(judgedRecords([...after.values()], (owner) => before.get(ownerKey(owner)), place));
};

/** Brings the ledger in line with what was read. */
const keep = async (
  read: readonly OwnedParameters[],
  reread: Reread,
  { book, place }: SettingsPorts,
): Promise<Omit<KeptSettings, 'complete'>> => {
  const { before, now, byItself } = reread;
  const after = recordsAfter(read, reread, place);
  const isRead = new Set(read.map(({ owner }) => ownerKey(owner)));
  const says = (record: SettingsRecord | undefined) => record && saying(record);
  const isOther = (key: string) => says(before.get(key)) !== says(after.get(key));
  // Of one that was read by itself the moment counts too: an older reading of all may still be on its way.
  const written = [...after].filter(([key]) => isOther(key) || (byItself && isRead.has(key)));
  await forEach(written, ([, record]) => book.keep(record));
  const gone = read.map(({ owner }) => owner).filter((owner) => !after.has(ownerKey(owner)));
  await forEach(gone, (owner) => book.forget(owner, now));
  const others = [...new Map([...before, ...after])].filter(([key]) => isOther(key));
  return {
    records: [...after.values()],
    changed: others.map(([, { of, name }]) => ({ of, name })),
  };
};

/** Reads all of SSM and brings the ledger in line with it. */
export const keepAllSettings = async (ports: SettingsPorts, now: number): Promise<KeptSettings> => {
  const [parameters, { records }] = await Promise.all([ports.parameters.all(), ports.book.read()]);
  const there = new Set(parameters.map(({ owner }) => ownerKey(owner)));
  const gone = records.filter((record) => !there.has(ownerKey(record)));
  const read = [...parameters, ...gone.map(({ of, name }) => ({ owner: { of, name }, raw: {} }))];
  const kept = await keep(read, { before: recordsOf(records), now, byItself: false }, ports);
  await ports.book.complete(now);
  return { ...kept, complete: true };
};

/** Queues that could not be used, once a fleet has changed: what stands in SSM of them may fit it now. */
const queuesToJudge = (owners: readonly Owner[], records: readonly SettingsRecord[]): readonly Owner[] =>
  owners.every(({ of }) => of === 'queue')
    ? []
    : records.flatMap(({ of, name, bad }) => (of === 'queue' && bad !== undefined ? [{ of, name }] : []));

/** Reads what has changed, owner by owner; all of SSM if that was never done before. */
export const keepChangedSettings = async (
  owners: readonly Owner[],
  ports: SettingsPorts,
  now: number,
): Promise<KeptSettings> => {
  const { completeAt, records } = await ports.book.read();
  if (completeAt === undefined) return keepAllSettings(ports, now);
  const asked = new Map([...owners, ...queuesToJudge(owners, records)].map((of) => [ownerKey(of), of]));
  const read = await forEach([...asked.values()], async (owner) => ({
    owner,
    raw: await ports.parameters.of(owner),
  }));
  const kept = await keep(read, { before: recordsOf(records), now, byItself: true }, ports);
  return { ...kept, complete: false };
};
