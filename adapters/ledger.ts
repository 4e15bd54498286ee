import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Ledger } from '../core/ledger.ts';
import { decision as decisionRecord } from '../core/model/decision.ts';
import { accountsIn } from './ledger-accounts.ts';
import { endsIn } from './ledger-ends.ts';
import { decisionKey, KEPT_SECONDS, LIVE } from './ledger-items.ts';
import { launchesIn } from './ledger-launches.ts';
import { learnedIn } from './ledger-learned.ts';
import { leasesIn } from './ledger-lease.ts';
import { marksIn } from './ledger-marks.ts';
import { submissionsIn } from './ledger-submissions.ts';
import { type LedgerTable, ledgerTable } from './ledger-table.ts';
import { mustRead } from './ledger-version.ts';
import { viewOf } from './ledger-view.ts';
import { workersIn } from './ledger-workers.ts';

const decisionsIn = (table: LedgerTable): Ledger['decisions'] => ({
  async keep(decision) {
    const key = decisionKey(decision);
    const expiresAt = decision.at + KEPT_SECONDS.decision;
    if (await table.putOnce({ ...key, ...decision, expiresAt })) return decision;
    return mustRead(decisionRecord, await table.read(key.pk, key.sk));
  },
});

/** The ledger in one DynamoDB table. */
export const ledger = (name: string, client: DynamoDBClient = new DynamoDBClient()): Ledger => {
  const table = ledgerTable(name, client);
  return {
    view: async () => viewOf(await table.partition(LIVE)),
    decisions: decisionsIn(table),
    leases: leasesIn(table),
    launches: launchesIn(table),
    workers: workersIn(table),
    learned: learnedIn(table),
    accounts: accountsIn(table),
    submissions: submissionsIn(table),
    ends: endsIn(table),
    marks: marksIn(table),
  };
};
