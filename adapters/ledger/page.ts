import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { jsonOf } from '../json.ts';

type Item = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Item => typeof value === 'object' && value !== null;

/** A value of DynamoDB's JSON, `{"S": "text"}`, as it is meant. The ledger writes no sets and no binaries. */
const plainOf = (wire: unknown): unknown => {
  if (!isObject(wire)) return undefined;
  for (const type in wire) {
    const value = wire[type];
    if (type === 'S' || type === 'BOOL') return value;
    if (type === 'N') return Number(value);
    if (type === 'M') return plainItem(value);
    if (type === 'L') return Array.isArray(value) ? value.map(plainOf) : undefined;
    if (type === 'NULL') return null;
  }
  return undefined;
};

const plainItem = (wire: unknown): Item => {
  const item: Record<string, unknown> = {};
  if (isObject(wire)) for (const name in wire) item[name] = plainOf(wire[name]);
  return item;
};

/** Takes the items out of an answer as it came over the wire; undefined if it is no answer with items. */
const takenFrom = async (response: unknown): Promise<readonly Item[] | undefined> => {
  if (!isObject(response) || response.statusCode !== 200 || !(response.body instanceof Readable))
    return undefined;
  const body = await buffer(response.body);
  const answer = jsonOf(body.toString());
  const hasItems = isObject(answer) && Array.isArray(answer.Items);
  const { Items, ...others } = hasItems ? answer : { Items: undefined };
  Object.assign(response, { body: hasItems ? Buffer.from(JSON.stringify(others)) : body });
  return Array.isArray(Items) ? Items.map(plainItem) : undefined;
};

/**
 * Makes a query whose items are read here, in one walk over each, and not by the SDK, which walks over them three times
 * and by their schemas: a seventh of the CPU of a tick over 10,000 workers. All else of the answer, errors and retries
 * are the SDK's. Answers the items of the last answer; undefined if the SDK has them.
 */
export const itemsApart = (query: QueryCommand): (() => readonly Item[] | undefined) => {
  let items: readonly Item[] | undefined;
  query.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      items = await takenFrom(result.response);
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'itemsApart', override: true },
  );
  return () => items;
};
