import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Whether an `Authorization` header carries one of the secrets. */
export type Admits = (authorization: string | undefined) => Promise<boolean>;

/** Shorter ones can be guessed. */
const LEAST_CHARACTERS = 32;
const REREAD_SECONDS = 10;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const givenIn = (authorization: string | undefined): string =>
  /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '';

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

const secretIn = async (file: string): Promise<Buffer | undefined> => {
  try {
    const secret = (await readFile(file, 'utf8')).trim();
    return secret.length < LEAST_CHARACTERS ? undefined : digest(secret);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/** The usable secrets in these files; a file that is missing or too short holds none. */
const secretsIn = async (files: readonly string[]): Promise<readonly Buffer[]> =>
  (await Promise.all(files.map(secretIn))).filter((secret) => secret !== undefined);

/**
 * Compares with the secrets of these files, read anew every ten seconds, so that changing one needs no restart. Hashes
 * are compared, all of them and in full: neither length nor content shows in the time that it takes.
 */
export const admits = (files: readonly string[], now: () => number): Admits => {
  let held: { readonly secrets: Promise<readonly Buffer[]>; readonly until: number } | undefined;
  return async (authorization) => {
    if (held === undefined || now() >= held.until) {
      held = { secrets: secretsIn(files), until: now() + REREAD_SECONDS };
    }
    const hash = digest(givenIn(authorization));
    return (await held.secrets).map((secret) => timingSafeEqual(secret, hash)).includes(true);
  };
};

/** Compares with one secret that is held already. */
export const admitsSecret = (secret: string): Admits => {
  const held = digest(secret);
  return async (authorization) => timingSafeEqual(held, digest(givenIn(authorization)));
};

/** What is wrong with the secrets' files at start, in a sentence; undefined if at least one can be used. */
export const secretsMistake = async (files: readonly string[]): Promise<string | undefined> => {
  if (files.length === 0) return undefined;
  try {
    if ((await secretsIn(files)).length > 0) return undefined;
    return `None of ${files.join(', ')} holds a secret of at least ${LEAST_CHARACTERS} characters.`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `The secret cannot be read: ${why}.`;
  }
};
