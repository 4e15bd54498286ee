import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';

type Item = Readonly<Record<string, unknown>>;

/** A condition on the item that is there, with the names and values that it speaks of. */
export type Condition = Pick<
  UpdateCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/** One DynamoDB table, as the parts of the ledger use it. Every write is of one item; a refused condition is `false`. */
export interface LedgerTable {
  /** Reads what was written before, by whomever. */
  read(pk: string, sk: string): Promise<Item | undefined>;
  /** The whole partition, page by page. */
  partition(pk: string): Promise<readonly Item[]>;
  /** Whether a partition has an item whose sort key begins like this. */
  has(pk: string, beginning: string): Promise<boolean>;
  put(item: Item, condition?: Condition): Promise<boolean>;
  putOnce(item: Item): Promise<boolean>;
  update(pk: string, sk: string, update: Omit<UpdateCommandInput, 'TableName' | 'Key'>): Promise<boolean>;
  remove(pk: string, sk: string, condition?: Condition): Promise<boolean>;
}

const unlessRefused = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

export const ledgerTable = (TableName: string, client: DynamoDBClient): LedgerTable => {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const put = (item: Item, condition: Condition = {}) =>
    unlessRefused(documents.send(new PutCommand({ TableName, Item: item, ...condition })));
  return {
    put,
    putOnce: (item) => put(item, { ConditionExpression: 'attribute_not_exists(pk)' }),
    async read(pk, sk) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }),
      );
      return Item;
    },
    async has(pk, beginning) {
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :beginning)',
          ExpressionAttributeValues: { ':pk': pk, ':beginning': beginning },
          ConsistentRead: true,
          Limit: 1,
        }),
      );
      return Items.length > 0;
    },
    async partition(pk) {
      const items: Item[] = [];
      let from: Record<string, unknown> | undefined;
      do {
        const page = await documents.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': pk },
            ConsistentRead: true,
            ExclusiveStartKey: from,
          }),
        );
        items.push(...(page.Items ?? []));
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
      return items;
    },
    update: (pk, sk, update) =>
      unlessRefused(documents.send(new UpdateCommand({ TableName, Key: { pk, sk }, ...update }))),
    remove: (pk, sk, condition = {}) =>
      unlessRefused(documents.send(new DeleteCommand({ TableName, Key: { pk, sk }, ...condition }))),
  };
};
