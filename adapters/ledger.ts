import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SubmissionRecord } from '../core/model/ledger.ts';
import type {
  AccountBook,
  DecisionBook,
  EndBook,
  LaunchBook,
  LaunchSight,
  LeaseBook,
  LedgerSight,
  LoreBook,
  MarkBook,
  SubmissionBook,
  WorkerBook,
} from '../core/ports.ts';
import {
  decision as decisionItem,
  decisionKey,
  KEPT_SECONDS,
  LIVE,
  type QueueMemory,
  queueMemory,
} from './ledger-items.ts';
import { launchBook } from './ledger-launches.ts';
import { leaseBook } from './ledger-lease.ts';
import { type LedgerTable, ledgerTable } from './ledger-table.ts';
import { viewOf } from './ledger-view.ts';
import { accountBook, endBook, loreBook, markBook, workerBook } from './ledger-workers.ts';

export type Ledger = LedgerSight &
  DecisionBook &
  LeaseBook &
  LaunchBook &
  LaunchSight &
  WorkerBook &
  LoreBook &
  AccountBook &
  MarkBook &
  EndBook &
  SubmissionBook;

/** Submissions that a view of the pool may still not contain; the pool's own view is never older than minutes. */
const RECENT_SECONDS = 900;

/** Another tick has written this queue's submissions since they were read. */
class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

const submissionBook = (table: LedgerTable): SubmissionBook => ({
  async submitted(record: SubmissionRecord) {
    const sk = `queue#${record.queue}`;
    const item = await table.read(LIVE, sk);
    const before: QueueMemory =
      item === undefined ? { queue: record.queue, pilotsEver: 0, recent: [] } : queueMemory.parse(item);
    if (before.recent.some(({ requestId }) => requestId === record.requestId)) return;
    const recent = before.recent.filter(({ viewedAt }) => record.viewedAt - viewedAt < RECENT_SECONDS);
    const after: QueueMemory = {
      queue: record.queue,
      pilotsEver: before.pilotsEver + record.count,
      recent: [...recent, record],
    };
    const written = { pk: LIVE, sk, ...after };
    const isWritten =
      item === undefined
        ? await table.putOnce(written)
        : await table.put(written, {
            ConditionExpression: 'pilotsEver = :was',
            ExpressionAttributeValues: { ':was': before.pilotsEver },
          });
    if (isWritten) return;
    throw new Overtaken(`another tick submits pilots of ${record.queue}; the next one decides anew`);
  },
});

/** Aerie's memory in one DynamoDB table. Every write is one item under a condition, so doing it twice is doing it once. */
export const ledger = (name: string, client: DynamoDBClient = new DynamoDBClient()): Ledger => {
  const table = ledgerTable(name, client);
  return {
    view: async () => viewOf(await table.partition(LIVE)),
    async keep(decision) {
      const key = decisionKey(decision);
      const expiresAt = decision.at + KEPT_SECONDS.decision;
      if (await table.putOnce({ ...key, ...decision, expiresAt })) return decision;
      return decisionItem.parse(await table.read(key.pk, key.sk));
    },
    ...leaseBook(table),
    ...launchBook(table),
    ...workerBook(table),
    ...loreBook(table),
    ...accountBook(table),
    ...markBook(table),
    ...endBook(table),
    ...submissionBook(table),
  };
};
