import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { SETTINGS_PARTITION as SETTINGS } from '../core/model/names.ts';
import type { SettingsStore } from '../core/ports.ts';
import { ownerKey, type SettingsRecord, type SettingsSnapshot } from '../core/settings/settings-record.ts';
import { withoutLog } from './sdk-log.ts';

/**
 * The settings in the ledger's table, one item a queue and one a fleet, and one for when everything was last read:
 *
 *   pk `settings`   sk `queue#<queue>` · `fleet#<fleet>` · `read`
 *
 * One query reads them, a megabyte a call: some three thousand queues.
 */
const READ = 'read';
const KINDS = ['queue#', 'fleet#'] as const;

const kept = z.object({
  readAt: z.number(),
  good: z.record(z.string(), z.string()).optional(),
  bad: z.array(z.object({ knob: z.string(), why: z.string() })).optional(),
});
/** Its name stands under what it is of: so had queues before there were fleets. */
const record = z.union([
  kept
    .extend({ queue: z.string() })
    .transform(({ queue, ...of }): SettingsRecord => ({ of: 'queue', name: queue, ...of })),
  kept
    .extend({ fleet: z.string() })
    .transform(({ fleet, ...of }): SettingsRecord => ({ of: 'fleet', name: fleet, ...of })),
]);
/** `fleets`: their parameters were read too. Absent: by a version from before there were fleets. */
const readMark = z.object({ completeAt: z.number(), fleets: z.literal(true).optional() });
const keys = z.looseObject({ sk: z.string() });

const snapshotOf = (items: readonly unknown[]): SettingsSnapshot => {
  const found = items.map((item) => keys.parse(item));
  const item = found.find(({ sk }) => sk === READ);
  const mark = item === undefined ? undefined : readMark.parse(item);
  const isBefore = mark !== undefined && mark.fleets === undefined;
  return {
    completeAt: isBefore ? undefined : mark?.completeAt,
    ...(isBefore ? { beforeFleets: true } : {}),
    // Of a kind that this version does not know: a later one may have written it, and be deployed beside this one.
    records: found
      .filter(({ sk }) => KINDS.some((kind) => sk.startsWith(kind)))
      .map((item) => record.parse(item)),
  };
};

/** A write that comes too late is none: what is there is newer. */
const unlessOlder = async (write: Promise<unknown>): Promise<void> => {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
};

const NOT_OLDER = {
  ConditionExpression: 'attribute_not_exists(pk) OR readAt <= :readAt',
} as const;

/** All settings in the table. An item that does not parse is a bug, and throws. */
export const settingsStore = (
  table: string,
  client: DynamoDBClient = new DynamoDBClient(),
): SettingsStore => {
  const documents = DynamoDBDocumentClient.from(withoutLog(client), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const TableName = table;
  return {
    async read() {
      const items: unknown[] = [];
      let from: Record<string, unknown> | undefined;
      do {
        const page = await documents.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :settings',
            ExpressionAttributeValues: { ':settings': SETTINGS },
            ExclusiveStartKey: from,
            ConsistentRead: true,
          }),
        );
        items.push(...(page.Items ?? []));
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
      return snapshotOf(items);
    },
    async keep({ of, name, ...record }) {
      const Item = { pk: SETTINGS, sk: ownerKey({ of, name }), [of]: name, ...record };
      const ExpressionAttributeValues = { ':readAt': record.readAt };
      await unlessOlder(
        documents.send(new PutCommand({ TableName, Item, ...NOT_OLDER, ExpressionAttributeValues })),
      );
    },
    async forget(owner, readAt) {
      const Key = { pk: SETTINGS, sk: ownerKey(owner) };
      const ExpressionAttributeValues = { ':readAt': readAt };
      await unlessOlder(
        documents.send(new DeleteCommand({ TableName, Key, ...NOT_OLDER, ExpressionAttributeValues })),
      );
    },
    async complete(at) {
      const Item = { pk: SETTINGS, sk: READ, completeAt: at, readAt: at, fleets: true };
      await documents.send(new PutCommand({ TableName, Item }));
    },
  };
};
