import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { condition, type Item, type Substitutes } from './expressions.ts';
import { update } from './updates.ts';

/** Items of one page; DynamoDB's own limit is 1 MB, and a page is no picture of one moment together with the next. */
const PAGE = 12;

const record = z.record(z.string(), z.unknown());
const key = z.object({ pk: z.string(), sk: z.string() });
const substitutes = {
  ConditionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).default({}),
  ExpressionAttributeValues: record.default({}),
};
const put = z.object({ Item: record, ...substitutes });
const keyed = z.object({ Key: key, UpdateExpression: z.string().optional(), ...substitutes });
const query = z.object({
  KeyConditionExpression: z.string(),
  FilterExpression: z.string().optional(),
  ExclusiveStartKey: key.optional(),
  Limit: z.number().optional(),
  ScanIndexForward: z.boolean().default(true),
  ...substitutes,
});
const transaction = z.object({
  TransactItems: z.array(
    z.record(z.enum(['Put', 'Delete', 'Update', 'ConditionCheck']), z.unknown().optional()),
  ),
});

interface Change {
  readonly pk: string;
  readonly sk: string;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

export interface Table {
  /** Carries out one command of the SDK's document client, by its name, at once; throws what DynamoDB throws. */
  carryOut(command: string, input: unknown): unknown;
  /** Every item of a partition, in the order of their sort keys. */
  partition(pk: string): readonly Item[];
  get(pk: string, sk: string): Item | undefined;
}

type Given = z.infer<z.ZodObject<typeof substitutes>>;

const metadata = { $metadata: {} };
const refused = () =>
  new ConditionalCheckFailedException({ message: 'The conditional request failed', ...metadata });
const substitutesOf = ({ ExpressionAttributeNames, ExpressionAttributeValues }: Given): Substitutes => ({
  names: ExpressionAttributeNames,
  values: ExpressionAttributeValues,
});

/** A DynamoDB table in memory; `onChange` sees what each write changes. Tested against the same promises as dynalite. */
export const table = (onChange: (change: Change) => void): Table => {
  const partitions = new Map<string, Map<string, Item>>();
  const get = (pk: string, sk: string) => partitions.get(pk)?.get(sk);
  const write = (pk: string, sk: string, after: Item | undefined) => {
    const within = partitions.get(pk) ?? new Map<string, Item>();
    partitions.set(pk, within);
    const before = within.get(sk);
    // A copy without what is undefined: what comes back from a store is never the object that went in.
    const stored = after === undefined ? undefined : record.parse(JSON.parse(JSON.stringify(after)));
    if (stored === undefined) within.delete(sk);
    else within.set(sk, stored);
    onChange({ pk, sk, before, after: stored });
  };
  const partition = (pk: string): readonly Item[] =>
    [...(partitions.get(pk) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);

  /** What a write would do: first whether it may, then the doing of it. */
  const prepared = (verb: string, input: unknown): { readonly may: boolean; readonly act: () => void } => {
    if (verb === 'Put') {
      const given = put.parse(input);
      const { pk, sk } = key.parse(given.Item);
      return { may: holds(given, get(pk, sk)), act: () => write(pk, sk, given.Item) };
    }
    const given = keyed.parse(input);
    const { pk, sk } = given.Key;
    const before = get(pk, sk);
    const may = holds(given, before);
    if (verb === 'Delete') return { may, act: () => write(pk, sk, undefined) };
    if (verb === 'ConditionCheck') return { may, act: () => {} };
    const change = update(given.UpdateExpression ?? '');
    return { may, act: () => write(pk, sk, change(before ?? { pk, sk }, substitutesOf(given))) };
  };
  const holds = (given: Given, before: Item | undefined): boolean =>
    given.ConditionExpression === undefined ||
    condition(given.ConditionExpression)(before ?? {}, substitutesOf(given));

  const single = (verb: string, input: unknown): unknown => {
    const { may, act } = prepared(verb, input);
    if (!may) throw refused();
    act();
    return metadata;
  };
  const together = (input: unknown): unknown => {
    const parts = transaction
      .parse(input)
      .TransactItems.flatMap((item) => Object.entries(item).map(([verb, of]) => prepared(verb, of)));
    if (!parts.every(({ may }) => may)) {
      const CancellationReasons = parts.map(({ may }) => ({ Code: may ? 'None' : 'ConditionalCheckFailed' }));
      throw new TransactionCanceledException({
        message: 'Transaction cancelled',
        CancellationReasons,
        ...metadata,
      });
    }
    for (const { act } of parts) act();
    return metadata;
  };
  const queried = (input: unknown): unknown => {
    const given = query.parse(input);
    const of = substitutesOf(given);
    const isAsked = condition(given.KeyConditionExpression);
    const pk = Object.values(given.ExpressionAttributeValues).find((value) => partitions.has(String(value)));
    const found = partition(String(pk)).filter((item) => isAsked(item, of));
    const all = given.ScanIndexForward ? found : found.reverse();
    const after = given.ExclusiveStartKey;
    const from =
      after === undefined ? 0 : all.findIndex((item) => isPast(item, after.sk, given.ScanIndexForward));
    const rest = from < 0 ? [] : all.slice(from);
    const page = rest.slice(0, Math.min(PAGE, given.Limit ?? PAGE));
    const last = page.at(-1);
    const kept = given.FilterExpression;
    const Items = kept === undefined ? page : page.filter((item) => condition(kept)(item, of));
    const more = page.length < rest.length && last !== undefined;
    return {
      Items,
      Count: Items.length,
      ...(more ? { LastEvaluatedKey: key.parse(last) } : {}),
      ...metadata,
    };
  };
  return {
    partition,
    get,
    carryOut(command, input) {
      switch (command) {
        case 'GetItemCommand': {
          const { Key } = keyed.parse(input);
          const Item = get(Key.pk, Key.sk);
          return Item === undefined ? metadata : { Item, ...metadata };
        }
        case 'QueryCommand':
          return queried(input);
        case 'TransactWriteItemsCommand':
          return together(input);
        case 'PutItemCommand':
        case 'DeleteItemCommand':
        case 'UpdateItemCommand':
          return single(command.replace('ItemCommand', ''), input);
        default:
          throw new Error(`the table in memory does not speak ${command}`);
      }
    },
  };
};

const isPast = (item: Item, sk: string, forward: boolean): boolean => {
  const own = key.parse(item).sk;
  return forward ? own > sk : own < sk;
};
