import type { Ledger } from '../core/ledger.ts';
import { KEPT_SECONDS, LIVE, pastPartition, workerKey } from './ledger-items.ts';
import type { LedgerTable } from './ledger-table.ts';
import { orUnread } from './ledger-version.ts';
import { readWorker } from './ledger-worker-item.ts';

export const endsIn = (table: LedgerTable): Ledger['ends'] => ({
  async lastState(queue, instanceId) {
    const sk = workerKey(instanceId);
    const item = (await table.read(LIVE, sk)) ?? (await table.read(pastPartition(queue), sk));
    return item === undefined ? undefined : orUnread(readWorker(item, sk), item).state.kind;
  },
  keep: (note) => {
    const key = { pk: pastPartition(note.queue), sk: `end#${note.instanceId}` };
    return table.putOnce({ ...key, ...note, expiresAt: Math.ceil(note.at) + KEPT_SECONDS.past });
  },
  async keepConsole({ worker, at, text, reason }) {
    const { instanceId, queue, offer, template, launchedAt } = worker;
    const key = { pk: pastPartition(queue), sk: `console#${instanceId}` };
    const expiresAt = at + KEPT_SECONDS.past;
    await table.put({ ...key, instanceId, queue, offer, template, launchedAt, at, text, reason, expiresAt });
  },
});
