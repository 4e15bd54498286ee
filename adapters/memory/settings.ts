import type { SettingsStore } from '../../core/ports.ts';
import { type Owner, ownerKey, type SettingsRecord } from '../../core/settings/settings-record.ts';

/** A book of settings in memory: the same promises as the table's, without the table. */
export const memorySettings = (): SettingsStore => {
  const records = new Map<string, SettingsRecord>();
  let completeAt: number | undefined;
  const isOlder = (owner: Owner, readAt: number) => (records.get(ownerKey(owner))?.readAt ?? 0) > readAt;
  return {
    read: async () => ({ completeAt, records: [...records.values()] }),
    async keep(record) {
      if (!isOlder(record, record.readAt)) records.set(ownerKey(record), record);
    },
    async forget(owner, readAt) {
      if (!isOlder(owner, readAt)) records.delete(ownerKey(owner));
    },
    async complete(at) {
      completeAt = at;
    },
  };
};
