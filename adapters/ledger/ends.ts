import type { Ledger } from '../../core/ledger.ts';
import { KEPT_SECONDS, LIVE, pastPartition, workerKey } from './items.ts';
import type { LedgerTable } from './table.ts';
import { orUnread } from './version.ts';
import { readWorker } from './worker-item.ts';

export const endsIn = (table: LedgerTable): Ledger['ends'] => ({
  async lastState(fleet, instanceId) {
    const sk = workerKey(instanceId);
    const item = (await table.read(LIVE, sk)) ?? (await table.read(pastPartition(fleet), sk));
    return item === undefined ? undefined : orUnread(readWorker(item, sk), item).state.kind;
  },
  keep: (note) => {
    const key = { pk: pastPartition(note.fleet), sk: `end#${note.instanceId}` };
    return table.putOnce({ ...key, ...note, expiresAt: Math.ceil(note.at) + KEPT_SECONDS.past });
  },
  async keepConsole({ worker, at, text, reason }) {
    const { instanceId, fleet, offer, template, launchedAt } = worker;
    const key = { pk: pastPartition(fleet), sk: `console#${instanceId}` };
    const expiresAt = at + KEPT_SECONDS.past;
    await table.put({ ...key, instanceId, fleet, offer, template, launchedAt, at, text, reason, expiresAt });
  },
});
