import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { offerKey } from '../core/flavours.ts';
import type { DecisionBook, LaunchBook, LedgerSight, SubmissionBook, WorkerBook } from '../core/ports.ts';
import {
  decision as decisionItem,
  decisionKey,
  KEPT_SECONDS,
  LIVE,
  pastPartition,
  type QueueMemory,
  queueMemory,
  workerRecord,
} from './ledger-items.ts';
import { viewOf } from './ledger-view.ts';

export type Ledger = LedgerSight & DecisionBook & LaunchBook & WorkerBook & SubmissionBook;

type Item = Readonly<Record<string, unknown>>;

/** Submissions that a view of the pool may still not contain; the pool's own view is never older than minutes. */
const RECENT_SECONDS = 900;

const unlessRefused = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

/** Aerie's memory in one DynamoDB table. Every write is one item under a condition, so doing it twice is doing it once. */
export const ledger = (table: string, client: DynamoDBClient = new DynamoDBClient()): Ledger => {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const TableName = table;

  const putOnce = (item: Item): Promise<boolean> =>
    unlessRefused(
      documents.send(
        new PutCommand({ TableName, Item: item, ConditionExpression: 'attribute_not_exists(pk)' }),
      ),
    );
  const remove = (sk: string) => documents.send(new DeleteCommand({ TableName, Key: { pk: LIVE, sk } }));
  const read = async (pk: string, sk: string): Promise<Item | undefined> => {
    const { Item } = await documents.send(
      new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }),
    );
    return Item;
  };

  return {
    async view() {
      const items: Item[] = [];
      let from: Record<string, unknown> | undefined;
      do {
        const page = await documents.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :live',
            ExpressionAttributeValues: { ':live': LIVE },
            ConsistentRead: true,
            ExclusiveStartKey: from,
          }),
        );
        items.push(...(page.Items ?? []));
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
      return viewOf(items);
    },

    async keep(decision) {
      const key = decisionKey(decision);
      const expiresAt = decision.at + KEPT_SECONDS.decision;
      if (await putOnce({ ...key, ...decision, expiresAt })) return decision;
      return decisionItem.parse(await read(key.pk, key.sk));
    },

    async open(launch) {
      const { launchId, queue } = launch.request;
      const sk = `launch#${launchId}`;
      if ((await read(pastPartition(queue), sk)) !== undefined) return false;
      return putOnce({ pk: LIVE, sk, ...launch });
    },

    async close(launch, workers, outcome, at) {
      const { launchId, queue } = launch.request;
      for (const worker of workers) {
        await putOnce({ pk: LIVE, sk: `worker#${worker.instanceId}`, ...worker });
      }
      const expiresAt = at + KEPT_SECONDS.past;
      const past = { pk: pastPartition(queue), sk: `launch#${launchId}`, closedAt: at, outcome, expiresAt };
      await documents.send(new PutCommand({ TableName, Item: { ...launch, ...past } }));
      await remove(`launch#${launchId}`);
    },

    async cool(records) {
      for (const record of records) {
        const key = { pk: LIVE, sk: `cooling#${offerKey(record.offer)}` };
        const Item = { ...key, ...record, expiresAt: Math.ceil(record.until) };
        await documents.send(new PutCommand({ TableName, Item }));
      }
    },

    async find(instanceId) {
      const item = await read(LIVE, `worker#${instanceId}`);
      return item === undefined ? undefined : workerRecord.parse(item);
    },

    async change({ worker, to }, at) {
      const sk = `worker#${worker.instanceId}`;
      if (to === 'gone') {
        const expiresAt = at + KEPT_SECONDS.past;
        const past = { pk: pastPartition(worker.queue), sk, goneAt: at, expiresAt };
        await documents.send(new PutCommand({ TableName, Item: { ...worker, ...past } }));
        await remove(sk);
        return;
      }
      await unlessRefused(
        documents.send(
          new UpdateCommand({
            TableName,
            Key: { pk: LIVE, sk },
            UpdateExpression: 'SET #state = :to',
            ConditionExpression: '#state.#kind = :was',
            ExpressionAttributeNames: { '#state': 'state', '#kind': 'kind' },
            ExpressionAttributeValues: { ':to': to, ':was': worker.state.kind },
          }),
        ),
      );
    },

    async submitted(record) {
      const sk = `queue#${record.queue}`;
      const item = await read(LIVE, sk);
      const before: QueueMemory =
        item === undefined ? { queue: record.queue, pilotsEver: 0, recent: [] } : queueMemory.parse(item);
      if (before.recent.some(({ requestId }) => requestId === record.requestId)) return;
      const recent = before.recent.filter(({ viewedAt }) => record.viewedAt - viewedAt < RECENT_SECONDS);
      const after: QueueMemory = {
        queue: record.queue,
        pilotsEver: before.pilotsEver + record.count,
        recent: [...recent, record],
      };
      const was = item === undefined ? {} : { ':was': before.pilotsEver };
      await documents.send(
        new PutCommand({
          TableName,
          Item: { pk: LIVE, sk, ...after },
          ConditionExpression: item === undefined ? 'attribute_not_exists(pk)' : 'pilotsEver = :was',
          ...(item === undefined ? {} : { ExpressionAttributeValues: was }),
        }),
      );
    },
  };
};
