import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { UsageError } from '../command/usage.ts';

const OF_CLONE = join(import.meta.dirname, '../..', 'cdk.json');

/** That of the clone; of a package, which has none, that of the folder where the command is given. */
export const CDK_JSON = existsSync(OF_CLONE) ? OF_CLONE : resolve('cdk.json');

const wanted = z.looseObject({
  context: z.looseObject({ aerie: z.looseObject({ stages: z.record(z.string(), z.unknown()) }) }),
});

/** The value as it was read: parsed, its keys would stand in another order. */
const cdkJson = z.custom<z.output<typeof wanted>>((given) => wanted.safeParse(given).success);

const fromJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Reads a `cdk.json`, everything of it that is not aerie's included. Throws UsageError. */
export const readCdkJson = async (file: string): Promise<z.output<typeof cdkJson>> => {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const parsed = cdkJson.safeParse(text === undefined ? undefined : fromJson(text));
  if (parsed.success) return parsed.data;
  throw new UsageError(
    `${file} is no JSON with stages under context.aerie.stages; expected the project's cdk.json.`,
  );
};
