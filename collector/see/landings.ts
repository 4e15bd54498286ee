import * as z from 'zod';
import { type Landing, landing, type PoolView } from '../../core/model/pool.ts';
import { readOrdinary } from '../files.ts';

/** What the site's own data management writes: when, and the landings that it then expects. Replaced as a whole. */
const landingsFile = z.strictObject({
  writtenAt: z.number().nonnegative(),
  landings: z.array(z.unknown()).max(100_000),
});

/** Landings are known minutes ahead: what was written before that is of no use, and its writer may have died. */
const MAX_AGE_SECONDS = 300;
/** 100,000 landings with their shapes, twice over. */
const MOST_BYTES = 32_000_000;

type LandingsPart = NonNullable<PoolView['landings']>;

/** The first of what is wrong. */
const mistakeIn = (error: z.ZodError, at: readonly PropertyKey[] = []): string =>
  error.issues
    .slice(0, 1)
    .map(({ path, message }) => `at ${[...at, ...path].join('.') || 'its top'}: ${message}`)
    .join('');

/** Entry by entry: one that cannot be used is of one queue, and the others are as good as without it. */
const readable = (
  file: string,
  entries: readonly unknown[],
): Pick<LandingsPart, 'landings' | 'unreadable' | 'why'> => {
  const landings: Landing[] = [];
  let unreadable = 0;
  let why: string | undefined;
  for (const [index, entry] of entries.entries()) {
    const read = landing.safeParse(entry);
    if (read.success) {
      landings.push(read.data);
      continue;
    }
    unreadable += 1;
    why ??= `${file} ${mistakeIn(read.error, ['landings', index])}`;
  }
  return { landings, ...(why === undefined ? {} : { unreadable, why }) };
};

const unknown = (why: string): LandingsPart => ({ complete: false, why, landings: [] });

/** The landings that a file tells of, or why they are not known: never an outage of the whole view. */
export const readLandings = async (file: string, now: number): Promise<LandingsPart> => {
  let text: string;
  try {
    text = (await readOrdinary(file, MOST_BYTES)).toString('utf8');
  } catch (error) {
    return unknown(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return unknown(`${file} is not JSON; write it under another name and rename it`);
  }
  const parsed = landingsFile.safeParse(json);
  if (!parsed.success) return unknown(`${file} ${mistakeIn(parsed.error)}`);
  const age = Math.round(now - parsed.data.writtenAt);
  if (Math.abs(age) > MAX_AGE_SECONDS) {
    return unknown(`${file} was written ${age} s ago, limit ${MAX_AGE_SECONDS} s`);
  }
  return { complete: true, ...readable(file, parsed.data.landings) };
};
