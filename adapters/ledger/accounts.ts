import type { Ledger } from '../../core/ledger.ts';
import { accountKey, LIVE, pastWorker, workerKey } from './items.ts';
import type { LedgerTable } from './table.ts';
import { LEDGER_VERSION } from './version.ts';

export const accountsIn = (table: LedgerTable): Ledger['accounts'] => ({
  async price({ instanceId }, cost) {
    await table.update(
      LIVE,
      workerKey(instanceId),
      { set: { cost } },
      { ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(cost)' },
    );
  },
  enter: (account) =>
    table.put(
      { pk: LIVE, sk: accountKey(account.fleet), v: LEDGER_VERSION, ...account },
      account.version === 1
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'version = :before',
            ExpressionAttributeValues: { ':before': account.version - 1 },
          },
    ),
  async bury({ worker, endedAt }) {
    await table.put(pastWorker(worker, endedAt));
    await table.remove(LIVE, workerKey(worker.instanceId), {
      ConditionExpression: 'attribute_exists(endedAt)',
    });
  },
});
