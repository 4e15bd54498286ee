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
import { LEDGER_VERSION } from './ledger-version.ts';

type Item = Readonly<Record<string, unknown>>;

/** A condition on the item that is there, with the names and values that it speaks of. */
export type Condition = Pick<
  UpdateCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/** What of an item is changed. */
interface Update {
  readonly set?: Item;
  readonly remove?: readonly string[];
}

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
  /** Sets attributes of an item and takes others away. One of a newer version than this code's is left as it is. */
  update(pk: string, sk: string, update: Update, condition: Condition): Promise<boolean>;
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

/** The update as DynamoDB takes it, under its condition. Each item that is written carries the version of its shape. */
const updateOf = ({ set = {}, remove = [] }: Update, condition: Condition) => {
  const sets = Object.entries({ ...set, v: LEDGER_VERSION });
  const removed = remove.map((name, n) => [`#r${n}`, name] as const);
  return {
    UpdateExpression: [
      `SET ${sets.map((_, n) => `#s${n} = :s${n}`).join(', ')}`,
      ...(removed.length === 0 ? [] : [`REMOVE ${removed.map(([name]) => name).join(', ')}`]),
    ].join(' '),
    ConditionExpression: `(${condition.ConditionExpression ?? 'attribute_exists(pk)'}) AND (attribute_not_exists(#v) OR #v <= :v)`,
    ExpressionAttributeNames: {
      ...condition.ExpressionAttributeNames,
      ...Object.fromEntries([...sets.map(([name], n) => [`#s${n}`, name]), ...removed]),
      '#v': 'v',
    },
    ExpressionAttributeValues: {
      ...condition.ExpressionAttributeValues,
      ...Object.fromEntries(sets.map(([, value], n) => [`:s${n}`, value])),
      ':v': LEDGER_VERSION,
    },
  };
};

export const ledgerTable = (TableName: string, client: DynamoDBClient): LedgerTable => {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const put = (item: Item, condition: Condition = {}) =>
    unlessRefused(
      documents.send(new PutCommand({ TableName, Item: { ...item, v: LEDGER_VERSION }, ...condition })),
    );
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
    update: (pk, sk, update, condition) =>
      unlessRefused(
        documents.send(new UpdateCommand({ TableName, Key: { pk, sk }, ...updateOf(update, condition) })),
      ),
    remove: (pk, sk, condition = {}) =>
      unlessRefused(documents.send(new DeleteCommand({ TableName, Key: { pk, sk }, ...condition }))),
  };
};
