import { promisify } from 'node:util';
import { brotliCompress, brotliDecompressSync, constants } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { INPUTS_SHAPE, type InputsBook, type TickInputs } from '../../core/replay/inputs.ts';
import { fromColumns, toColumns } from './columns.ts';
import { ledgerTable } from './table.ts';

/**
 * What ticks decided on, one item a tick, until its TTL:
 *
 *   pk `inputs#<pilots|workers>`   sk `<moment>`
 *
 * `inputs` is JSON in columns, compressed by Brotli; `unkept` says in one word why it is not there.
 */
export const inputsPartition = (of: TickInputs['of']): string => `inputs#${of}`;

/** Long enough for a Monday to look back at a Friday; ten thousand workers are a fifth of a megabyte a tick. */
const KEPT_SECONDS = 3 * 86_400;

/** DynamoDB takes 400 KB an item, its names and keys included. */
const MOST_BYTES = 399_000;

/**
 * Brotli, because every Node that aerie runs on has it. The window is as wide as the text of ten thousand workers, 8 MB: each
 * stands in the pool's view and in the ledger's, and the second time costs next to nothing.
 */
const COMPRESSION = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 23 },
};

const compress = promisify(brotliCompress);

/** The inputs of a tick as they are kept. */
export const packed = (inputs: TickInputs): Promise<Buffer> =>
  compress(Buffer.from(toColumns(inputs)), COMPRESSION);

/** Makes what keeps the inputs of ticks in the ledger's table. `mostBytes`: what an item may have. */
export const ledgerInputs = (
  table: string,
  client: DynamoDBClient = new DynamoDBClient(),
  mostBytes: number = MOST_BYTES,
): InputsBook => {
  const { putOnce } = ledgerTable(table, client);
  return {
    async keep(inputs) {
      const { of, at } = inputs;
      const body = await packed(inputs);
      const isTooLarge = body.byteLength > mostBytes;
      await putOnce({
        ...{ pk: inputsPartition(of), sk: String(at), of, at, shape: INPUTS_SHAPE },
        ...(isTooLarge ? { unkept: 'too-large' } : { inputs: body }),
        expiresAt: Math.ceil(at) + KEPT_SECONDS,
      });
      return isTooLarge ? 'too-large' : 'kept';
    },
  };
};

const item = z.object({
  of: z.enum(['pilots', 'workers']),
  at: z.number(),
  shape: z.number(),
  unkept: z.string().exactOptional(),
  inputs: z.instanceof(Uint8Array).exactOptional(),
});

/** What a tick decided on, as it can be read now; or in one word why it cannot. */
export type KeptInputs =
  | { readonly kind: 'inputs'; readonly inputs: TickInputs }
  | { readonly kind: 'unkept' | 'other-version'; readonly at: number; readonly why: string };

/** Reads one item. What another shape of the code has kept is not looked into. */
export const readInputs = (kept: unknown): KeptInputs => {
  const { of, at, shape, unkept, inputs } = item.parse(kept);
  if (shape !== INPUTS_SHAPE) {
    return { kind: 'other-version', at, why: `of shape ${shape}, and this code reads ${INPUTS_SHAPE}` };
  }
  if (inputs === undefined) return { kind: 'unkept', at, why: unkept ?? 'nothing was kept' };
  // Of a few kilobytes: to hand it to another thread takes longer than to do it.
  const read = fromColumns(brotliDecompressSync(inputs).toString('utf8')) as TickInputs;
  return { kind: 'inputs', inputs: { ...read, of, at } };
};
