import * as z from 'zod';

const LONGEST_QUOTE = 60;

/** What was given, short enough for a sentence. */
const quoted = (input: unknown): string => {
  const all = JSON.stringify(input) ?? String(input);
  return all.length <= LONGEST_QUOTE ? all : `${all.slice(0, LONGEST_QUOTE)}…`;
};

/** What came, and what was expected. */
export const got = (input: unknown, allowed: string): string =>
  `${input === undefined ? 'is missing' : `is ${quoted(input)}`}; expected ${allowed}`;

/** A text of one form. */
export const text = (pattern: RegExp, allowed: string) =>
  z
    .string({ error: ({ input }) => got(input, allowed) })
    .regex(pattern, { error: ({ input }) => got(input, allowed) });

/** A whole number within bounds. */
export const whole = (min: number, max: number, unit: string) => {
  const error = ({ input }: { readonly input?: unknown }) =>
    got(input, `a whole number of ${unit} from ${min} to ${max}`);
  return z.int({ error }).min(min, { error }).max(max, { error });
};
