import { createHash, timingSafeEqual } from 'node:crypto';
import { readOrdinary } from '../files.ts';

/** Whether an `Authorization` header carries one of the secrets. */
export type Admits = (authorization: string | undefined) => Promise<boolean>;

/** Shorter ones can be guessed. */
const LEAST_CHARACTERS = 32;
/** A secret is a line. */
const MOST_BYTES = 4_096;
const REREAD_SECONDS = 10;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const givenIn = (authorization: string | undefined): string =>
  /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '';

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** What a file holds: a usable secret, none, or nobody knows. */
type Read =
  | { readonly kind: 'secret'; readonly hash: Buffer }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly why: string };

const secretIn = async (file: string): Promise<Read> => {
  try {
    const secret = (await readOrdinary(file, MOST_BYTES)).toString('utf8').trim();
    return secret.length < LEAST_CHARACTERS ? { kind: 'none' } : { kind: 'secret', hash: digest(secret) };
  } catch (error) {
    if (isMissing(error)) return { kind: 'none' };
    return { kind: 'unreadable', why: error instanceof Error ? error.message : String(error) };
  }
};

/** Keeps the secret of one file: a file that cannot be read now has the one that it had. */
const kept = (file: string, tell: (why: string) => void) => {
  let last: Read = { kind: 'none' };
  let told: string | undefined;
  return async (): Promise<Buffer | undefined> => {
    const read = await secretIn(file);
    if (read.kind !== 'unreadable') last = read;
    const why = read.kind === 'unreadable' ? read.why : undefined;
    if (why !== undefined && why !== told)
      tell(`${file} cannot be read (${why}); what it held before counts`);
    told = why;
    return last.kind === 'secret' ? last.hash : undefined;
  };
};

/**
 * Compares with the secrets of these files, read anew every ten seconds, so that changing one needs no restart. Hashes
 * are compared, all of them and in full: neither length nor content shows in the time that it takes. `elapsed` gives
 * seconds that only go forward; `tell` hears of a file that cannot be read, once.
 */
export const admits = (
  files: readonly string[],
  elapsed: () => number,
  tell: (why: string) => void = () => {},
): Admits => {
  const reads = files.map((file) => kept(file, tell));
  let held:
    | { readonly secrets: Promise<readonly (Buffer | undefined)[]>; readonly until: number }
    | undefined;
  return async (authorization) => {
    if (held === undefined || elapsed() >= held.until) {
      held = { secrets: Promise.all(reads.map((read) => read())), until: elapsed() + REREAD_SECONDS };
    }
    const hash = digest(givenIn(authorization));
    return (await held.secrets)
      .map((secret) => secret !== undefined && timingSafeEqual(secret, hash))
      .includes(true);
  };
};

/** Compares with one secret that is held already. */
export const admitsSecret = (secret: string): Admits => {
  const held = digest(secret);
  return async (authorization) => timingSafeEqual(held, digest(givenIn(authorization)));
};

/** What is wrong with the secrets' files at start, in a sentence; undefined if at least one can be used. */
export const secretsMistake = async (files: readonly string[]): Promise<string | undefined> => {
  const reads = await Promise.all(files.map(secretIn));
  if (files.length === 0 || reads.some(({ kind }) => kind === 'secret')) return undefined;
  const unreadable = reads.find((read) => read.kind === 'unreadable');
  return unreadable === undefined
    ? `None of ${files.join(', ')} holds a secret of at least ${LEAST_CHARACTERS} characters.`
    : `The secret cannot be read: ${unreadable.why}.`;
};
