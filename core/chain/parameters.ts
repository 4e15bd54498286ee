import * as z from 'zod';

/** One parameter of a sched plugin, read from the text that stands in the chain. */
export interface Parameter<T> {
  readonly description: string;
  readonly allowed: string;
  /** Left out by the admin: the fallback, if there is one; else an error if it is required; else undefined. */
  readonly required: boolean;
  readonly fallback?: string;
  readonly schema: z.ZodType<T, string>;
}

/** More pilots than any pool holds; a number above it is a slip of the keyboard. */
export const MOST_PILOTS = 1_000_000;

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** Reads a number; adding 0 turns the -0 that "-0" would give into 0. */
const toNumber = (text: string): number => Number(text) + 0;

const numeric = (
  pattern: RegExp,
  [min, max]: readonly [min: number, max: number],
  allowed: string,
  description: string,
): Parameter<number> => ({
  description,
  allowed,
  required: true,
  schema: z.string().regex(pattern).transform(toNumber).pipe(z.number().min(min).max(max)),
});

export const whole = (min: number, max: number, description: string): Parameter<number> =>
  numeric(/^[+-]?\d+$/, [min, max], `a whole number from ${min} to ${max}`, description);

export const decimal = (min: number, max: number, description: string): Parameter<number> =>
  numeric(DECIMAL, [min, max], `a number from ${min} to ${max}`, description);

/** A number of pilots, 0 or more. */
export const pilots = (description: string): Parameter<number> => whole(0, MOST_PILOTS, description);

/** A parameter of AutoPyFactory's that aerie can honour at one value only; any other is refused with the cause. */
export const only = (value: number, because: string, description: string): Parameter<number> => ({
  ...numeric(DECIMAL, [value, value], `${value}, because ${because}`, description),
  required: false,
  fallback: String(value),
});

/** What AutoPyFactory's older plugins submit when information is missing. */
export const withoutFacts = only(
  0,
  'a queue whose facts are missing holds',
  'What AutoPyFactory submits when information is missing.',
);

/** The words that Python's ConfigParser, and so AutoPyFactory, takes for a boolean. */
const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['off', false],
  ['0', false],
]);

export const flag = (description: string): Parameter<boolean> => ({
  description,
  allowed: 'True or False',
  required: true,
  schema: z.string().transform((text, context) => {
    const value = FLAGS.get(text.toLowerCase());
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: 'no boolean' });
    return z.NEVER;
  }),
});

/** The same parameter, which may be left out and then has this value. */
export const withDefault = <T>(parameter: Parameter<T>, fallback: string): Parameter<T> => ({
  ...parameter,
  required: false,
  fallback,
});

/** The same parameter, which may be left out and then asks for nothing. */
export const optional = <T>(parameter: Parameter<T>): Parameter<T | undefined> => ({
  ...parameter,
  required: false,
});
