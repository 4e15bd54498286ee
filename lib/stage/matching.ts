import * as z from 'zod';

/** So much of a value is shown; the whole of a long one would hide the sentence. */
const MOST_SHOWN = 80;

const shown = (input: unknown): string => {
  const text = JSON.stringify(input) ?? String(input);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
};

/** What is wrong with a value: what it is, or that it is missing, and what was expected. */
export const got = (input: unknown, allowed: string): string =>
  input === undefined ? 'is missing' : `is ${shown(input)}; expected ${allowed}`;

const WORDS: Readonly<Record<string, string>> = {
  object: 'an object',
  record: 'an object',
  array: 'a list',
  string: 'a text in quotes',
  number: 'a number without quotes',
  boolean: 'true or false',
};

/** What is wrong with a value of another kind than its setting has, where the setting itself says nothing. */
export const otherKind = (issue: z.core.$ZodRawIssue): string | undefined =>
  issue.code === 'invalid_type' ? got(issue.input, WORDS[issue.expected] ?? issue.expected) : undefined;

/** A text of a certain form. */
export const matching = (pattern: RegExp, allowed: string) =>
  z.string({ error: ({ input }) => got(input, `${allowed}, in quotes`) }).regex(pattern, {
    error: ({ input }) => got(input, allowed),
  });
