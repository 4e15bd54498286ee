import * as z from 'zod';
import { pagesOf, type WireItem } from './items.ts';

const keys = z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) });
const query = z.object({
  KeyConditionExpression: z.string(),
  ExpressionAttributeValues: z.record(z.string(), z.object({ S: z.string() })),
  ExclusiveStartKey: keys.optional(),
});
const put = z.object({ Item: z.looseObject(keys.shape) });
const get = z.object({ Key: keys });

const keyOf = (item: unknown) => {
  const { pk, sk } = keys.parse(item);
  return { pk: pk.S, sk: sk.S };
};

/** A lease is taken, held and released by what was last written; whatever else is written changes nothing here. */
const KEPT = 'lease';

/** What comes of one part of a key condition: `pk = :pk`, `begins_with(sk, :s)`, `sk < :s` or `sk >= :s`. */
const holds = (part: string, value: string, { pk, sk }: { readonly pk: string; readonly sk: string }) => {
  if (part.startsWith('pk')) return pk === value;
  if (part.startsWith('begins_with')) return sk.startsWith(value);
  if (part.includes('>=')) return sk >= value;
  if (part.includes('<')) return sk < value;
  throw new Error(`the bench's table does not know the condition ${part}`);
};

/** A table that answers each tick with the same world, so that any number of ticks are alike. */
export const standingTable = (items: readonly WireItem[]) => {
  const known = items.map((item) => ({ item, ...keyOf(item) }));
  const leases = new Map<string, unknown>();
  /** Answers by what is asked: they are made once, so that the stand-in costs no tick anything. */
  const answers = new Map<string, string>();

  const queried = (body: string): string => {
    const { KeyConditionExpression, ExpressionAttributeValues, ExclusiveStartKey } = query.parse(
      JSON.parse(body),
    );
    const parts = KeyConditionExpression.split(' AND ').map((part) => {
      const [name = ''] = /:\w+/.exec(part) ?? [];
      return { part, value: ExpressionAttributeValues[name]?.S ?? '' };
    });
    const found = known.filter((of) => parts.every(({ part, value }) => holds(part, value, of)));
    const pages = pagesOf(found.map(({ item }) => item));
    const from = ExclusiveStartKey?.sk.S;
    const index =
      from === undefined
        ? 0
        : 1 + pages.findIndex((page) => page.length > 0 && keyOf(page.at(-1)).sk === from);
    const page = pages[index] ?? [];
    const last = page.at(-1);
    return JSON.stringify({
      ...{ Items: page, Count: page.length, ScannedCount: page.length },
      ...(last === undefined || index + 1 >= pages.length
        ? {}
        : { LastEvaluatedKey: { pk: last.pk, sk: last.sk } }),
    });
  };
  const kept = (body: string): string => {
    const answer = answers.get(body) ?? queried(body);
    answers.set(body, answer);
    return answer;
  };

  return {
    /** Answers one call of DynamoDB's JSON protocol. */
    answer(target: string, body: string): string {
      switch (target.slice(target.indexOf('.') + 1)) {
        case 'Query':
          return kept(body);
        case 'GetItem': {
          const { pk, sk } = get.parse(JSON.parse(body)).Key;
          const there =
            pk.S === KEPT ? leases.get(sk.S) : known.find((of) => of.pk === pk.S && of.sk === sk.S)?.item;
          return JSON.stringify(there === undefined ? {} : { Item: there });
        }
        case 'PutItem': {
          const { Item } = put.parse(JSON.parse(body));
          if (Item.pk.S === KEPT) leases.set(Item.sk.S, Item);
          return '{}';
        }
        default:
          return '{}';
      }
    },
  };
};
