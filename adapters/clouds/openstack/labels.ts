import { createHash } from 'node:crypto';
import { TAG } from '../../../core/model/names.ts';

/**
 * What EC2 calls tags is Nova's metadata: it has keys and values, and a worker reads it of itself. Nova's own tags are single
 * words that a search can name; those by which launches are found are written as such too.
 */
const SEARCHED: readonly string[] = [TAG.stage, TAG.fleet, TAG.launch];

/** Nova's limits on a tag: 60 characters, and neither a comma nor a slash. */
const LONGEST = 60;
const FORBIDDEN = /[,/]/;
const HASHED = 24;

const tagOf = (key: string, value: string): string => {
  const plain = `${key}=${value}`;
  if (plain.length <= LONGEST && !FORBIDDEN.test(plain)) return plain;
  return `${key}~${createHash('sha256').update(plain).digest('hex').slice(0, HASHED)}`;
};

/** The tags of a server that is launched with these labels. */
export const novaTags = (labels: Readonly<Record<string, string>>): readonly string[] =>
  SEARCHED.flatMap((key) => {
    const value = labels[key];
    return value === undefined ? [] : [tagOf(key, value)];
  });

/** What a server is labelled with: its metadata, and what somebody has written as a tag: `aerie:protected`. */
export const labelsOf = (
  metadata: Readonly<Record<string, string>>,
  tags: readonly string[],
): Readonly<Record<string, string>> => {
  const written = tags.map((tag): readonly [string, string] => {
    const [key = '', ...value] = tag.split('=');
    return [key, value.join('=')];
  });
  return { ...Object.fromEntries(written), ...metadata };
};
