import * as z from 'zod';
import { withReasons } from './reasons.ts';

/**
 * The newest version of an item that this code reads. It goes up when an older version must not act on what this one
 * writes. 2: workers whose fixed part is one text. 3: workers, launches and accounts are of fleets.
 */
export const LEDGER_VERSION = 3;

/** The version of all other items, and of those that have none because they are from before versions were kept. */
export const FIRST_VERSION = 1;

/** The version of an item; this is asked of every item in every look, and is no place for a schema. */
const versionOf = (item: unknown): number =>
  typeof item === 'object' && item !== null && 'v' in item && typeof item.v === 'number'
    ? item.v
    : FIRST_VERSION;

export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: string };

/** Most of a schema's message that is told: one of a union names every kind that it knows. */
const MOST_TOLD = 120;

const mistake = ({ issues: [first] }: z.ZodError): string =>
  `does not read: ${first?.path.join('.')}: ${first?.message.slice(0, MOST_TOLD)}`;

/** Reads an item with the schema of its record, or says why this version cannot. */
export const readItem = <S extends z.ZodType>(schema: S, item: unknown): Reading<z.output<S>> => {
  const v = versionOf(item);
  if (v > LEDGER_VERSION) {
    return {
      ok: false,
      why: `is of version ${v}, and this code reads up to ${LEDGER_VERSION}: deploy the newer one`,
    };
  }
  const read = schema.safeParse(withReasons(item));
  return read.success ? { ok: true, value: read.data } : { ok: false, why: mistake(read.error) };
};

/** An item of the ledger that cannot be read, where nothing can be done without it. */
class Unread extends Error {
  override readonly name = 'Unread';
}

const keys = z.object({ pk: z.string(), sk: z.string() });

/** Answers what was read of an item; throws if that is nothing. */
export const orUnread = <T>(read: Reading<T>, item: unknown): T => {
  if (read.ok) return read.value;
  const { pk, sk } = keys.parse(item);
  throw new Unread(`the ledger's item ${pk} ${sk} ${read.why}`);
};

/** Reads an item without which its reader cannot go on. */
export const mustRead = <S extends z.ZodType>(schema: S, item: unknown): z.output<S> =>
  orUnread(readItem(schema, item), item);
