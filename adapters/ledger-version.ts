import * as z from 'zod';
import { withReasons } from './ledger-reasons.ts';

/**
 * The version of the shapes that this code writes. It goes up when an older version must not act on what this one writes;
 * an item without one is from before versions were kept, and as one of version 1.
 */
export const LEDGER_VERSION = 1;

const version = z.object({ v: z.number().exactOptional() });

type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

/** Most of a schema's message that is told: one of a union names every kind that it knows. */
const MOST_TOLD = 120;

const mistake = ({ issues: [first] }: z.ZodError): string =>
  first === undefined
    ? 'does not read'
    : `does not read: ${first.path.join('.')}: ${first.message.slice(0, MOST_TOLD)}`;

/** Reads an item with the schema of its record, or says why this version cannot. */
export const readItem = <S extends z.ZodType>(schema: S, item: unknown): Reading<z.output<S>> => {
  const v = version.safeParse(item).data?.v ?? LEDGER_VERSION;
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

/** Reads an item without which its reader cannot go on. */
export const mustRead = <S extends z.ZodType>(schema: S, item: unknown): z.output<S> => {
  const read = readItem(schema, item);
  if (read.ok) return read.value;
  const { pk, sk } = keys.parse(item);
  throw new Unread(`the ledger's item ${pk} ${sk} ${read.why}`);
};
