import * as z from 'zod';

/** What is wrong with a value: what it is, or that it is missing, and what was expected. */
export const got = (input: unknown, allowed: string): string =>
  input === undefined ? 'is missing' : `is ${JSON.stringify(input)}; expected ${allowed}`;

/** A text of a certain form. */
export const matching = (pattern: RegExp, allowed: string) =>
  z.string({ error: ({ input }) => got(input, allowed) }).regex(pattern, {
    error: ({ input }) => got(input, allowed),
  });
