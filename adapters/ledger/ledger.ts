import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Ledger } from '../../core/ledger.ts';
import { decision as decisionRecord } from '../../core/model/decision.ts';
import type { LedgerView } from '../../core/model/ledger.ts';
import { accountsIn } from './accounts.ts';
import { endsIn } from './ends.ts';
import { decisionKey, KEPT_SECONDS, LIVE, NO_WORKERS } from './items.ts';
import { launchesIn } from './launches.ts';
import { learnedIn } from './learned.ts';
import { leasesIn } from './lease.ts';
import { marksIn } from './marks.ts';
import { submissionsIn } from './submissions.ts';
import { type LedgerTable, ledgerTable, type Part } from './table.ts';
import { mustRead } from './version.ts';
import { type ViewReader, viewReader } from './view.ts';
import { fixedMemory } from './worker-item.ts';
import { workersIn } from './workers.ts';

const decisionsIn = (table: LedgerTable): Ledger['decisions'] => ({
  async keep(decision) {
    const key = decisionKey(decision);
    const expiresAt = decision.at + KEPT_SECONDS.decision;
    if (await table.putOnce({ ...key, ...decision, expiresAt })) return decision;
    return mustRead(decisionRecord, await table.read(key.pk, key.sk));
  },
});

/** Reads the live partition, or parts of it. */
const readLive = async (
  table: LedgerTable,
  { take, view }: ViewReader,
  parts: readonly (Part | undefined)[] = [undefined],
): Promise<LedgerView> => {
  for (const part of parts) for await (const page of table.pages(LIVE, part)) take(page);
  return view();
};

/** The ledger in one DynamoDB table. */
export const ledger = (name: string, client: DynamoDBClient = new DynamoDBClient()): Ledger => {
  const table = ledgerTable(name, client);
  const remembered = fixedMemory();
  return {
    view: () => readLive(table, viewReader(remembered())),
    viewForPilots: () => readLive(table, viewReader(), NO_WORKERS),
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
