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
import { withoutLog } from '../sdk-log.ts';
import { itemsApart } from './page.ts';
import { FIRST_VERSION, LEDGER_VERSION } from './version.ts';

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

/** A part of a partition by its sort keys: those before one, or those from one on. Absent: all. */
export type Part = { readonly before: string } | { readonly from: string };

/**
 * One DynamoDB table, as the parts of the ledger use it. Every write is of one item; a refused condition is `false`. So is
 * one of an item of a newer version than this code reads: whatever is to be done with it, it stays as it is.
 */
export interface LedgerTable {
  /** Reads what was written before, by whomever. */
  read(pk: string, sk: string): Promise<Item | undefined>;
  /** A partition, or a part of it, in pages of a megabyte: who takes one at a time does not hold them all. */
  pages(pk: string, part?: Part): AsyncIterable<readonly Item[]>;
  /** Whether a partition has an item whose sort key begins like this. */
  has(pk: string, beginning: string): Promise<boolean>;
  put(item: Item, condition?: Condition): Promise<boolean>;
  putOnce(item: Item): Promise<boolean>;
  /** Sets attributes of an item and takes others away; its version stays. */
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

const NOT_NEWER = 'attribute_not_exists(#v) OR #v <= :v';

/** The condition, and that no newer version has written what is there. */
const unlessNewer = ({
  ConditionExpression: own,
  ExpressionAttributeNames,
  ExpressionAttributeValues,
}: Condition) => ({
  ConditionExpression: own === undefined ? NOT_NEWER : `(${own}) AND (${NOT_NEWER})`,
  ExpressionAttributeNames: { ...ExpressionAttributeNames, '#v': 'v' },
  ExpressionAttributeValues: { ...ExpressionAttributeValues, ':v': LEDGER_VERSION },
});

/** The update as DynamoDB takes it, under its condition. */
const updateOf = ({ set = {}, remove = [] }: Update, condition: Condition) => {
  const sets = Object.entries(set);
  const removed = remove.map((name, n) => [`#r${n}`, name] as const);
  const guarded = unlessNewer({ ConditionExpression: 'attribute_exists(pk)', ...condition });
  return {
    UpdateExpression: [
      ...(sets.length === 0 ? [] : [`SET ${sets.map((_, n) => `#s${n} = :s${n}`).join(', ')}`]),
      ...(removed.length === 0 ? [] : [`REMOVE ${removed.map(([name]) => name).join(', ')}`]),
    ].join(' '),
    ConditionExpression: guarded.ConditionExpression,
    ExpressionAttributeNames: {
      ...guarded.ExpressionAttributeNames,
      ...Object.fromEntries([...sets.map(([name], n) => [`#s${n}`, name]), ...removed]),
    },
    ExpressionAttributeValues: {
      ...guarded.ExpressionAttributeValues,
      ...Object.fromEntries(sets.map(([, value], n) => [`:s${n}`, value])),
    },
  };
};

const keysOf = (pk: string, part: Part | undefined) =>
  part === undefined
    ? { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } }
    : {
        KeyConditionExpression: `pk = :pk AND sk ${'before' in part ? '<' : '>='} :sk`,
        ExpressionAttributeValues: { ':pk': pk, ':sk': 'before' in part ? part.before : part.from },
      };

export const ledgerTable = (TableName: string, client: DynamoDBClient): LedgerTable => {
  const documents = DynamoDBDocumentClient.from(withoutLog(client), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const put = (item: Item, condition: Condition = {}) =>
    unlessRefused(
      documents.send(
        new PutCommand({ TableName, Item: { v: FIRST_VERSION, ...item }, ...unlessNewer(condition) }),
      ),
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
    async *pages(pk, part) {
      let from: Record<string, unknown> | undefined;
      do {
        const query = new QueryCommand({
          ...{ TableName, ...keysOf(pk, part), ConsistentRead: true, ExclusiveStartKey: from },
        });
        const items = itemsApart(query);
        const page = await documents.send(query);
        const found = items() ?? page.Items;
        // What holds nothing says so: no items at all is no ledger to decide on.
        if (found === undefined) throw new Error(`DynamoDB answered a query of ${pk} without items`);
        yield found;
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
    },
    update: (pk, sk, update, condition) =>
      unlessRefused(
        documents.send(new UpdateCommand({ TableName, Key: { pk, sk }, ...updateOf(update, condition) })),
      ),
    remove: (pk, sk, condition = {}) =>
      unlessRefused(
        documents.send(new DeleteCommand({ TableName, Key: { pk, sk }, ...unlessNewer(condition) })),
      ),
  };
};
