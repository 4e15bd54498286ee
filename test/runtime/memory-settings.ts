import type { SettingsStore } from '../../core/ports.ts';
import type { SettingsRecord } from '../../core/settings/settings-record.ts';

/** A book of settings in memory: the same promises as the table's, without the table. */
export const memorySettings = (): SettingsStore => {
  const records = new Map<string, SettingsRecord>();
  let completeAt: number | undefined;
  const isOlder = (queue: string, readAt: number) => (records.get(queue)?.readAt ?? 0) > readAt;
  return {
    read: async () => ({ completeAt, records: [...records.values()] }),
    async keep(record) {
      if (!isOlder(record.queue, record.readAt)) records.set(record.queue, record);
    },
    async forget(queue, readAt) {
      if (!isOlder(queue, readAt)) records.delete(queue);
    },
    async complete(at) {
      completeAt = at;
    },
  };
};
