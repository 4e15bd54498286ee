import * as z from 'zod';

/** One setting of a queue or a fleet. */
export interface Knob<T> {
  readonly description: string;
  /** What an absent parameter means; a knob without a default has to be set. */
  readonly fallback?: string;
  /** SSM's AllowedPattern: refuses what can be refused before it is stored. */
  readonly pattern: string;
  readonly allowed: string;
  readonly schema: z.ZodType<T, string>;
}

/** A whole number in bounds. */
export const whole = (min: number, max: number, fallback: number, description: string): Knob<number> => ({
  description,
  fallback: String(fallback),
  pattern: `^[0-9]{1,${String(max).length}}$`,
  allowed: `a whole number from ${min} to ${max}`,
  schema: z
    .string()
    .regex(/^[0-9]+$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max)),
});

/** A whole number, or a word for what it is found out to be; the word is the default. */
export const wholeOr = <const T extends string>(word: T, number: Knob<number>): Knob<number | T> => ({
  ...number,
  fallback: word,
  pattern: `^(${word}|${number.pattern.slice(1, -1)})$`,
  allowed: `${word}, or ${number.allowed}`,
  schema: z.union([z.literal(word), number.schema]),
});

/** One word of a few. */
export const oneOf = <const T extends string>(
  values: readonly T[],
  description: string,
  fallback?: T,
): Knob<T> => ({
  description,
  ...(fallback === undefined ? {} : { fallback }),
  pattern: `^(${values.join('|')})$`,
  allowed: values.join(', '),
  schema: z.string().pipe(z.enum(values)),
});

/** A number with a point, as dollars are written. */
const DECIMAL = '[0-9]{1,7}(\\.[0-9]{1,6})?';

/** Dollars, or none; `undefined` is none, so that a budget of 0 is one of nothing. */
export const dollars = (description: string): Knob<number | undefined> => ({
  description,
  fallback: 'none',
  pattern: `^(none|${DECIMAL})$`,
  allowed: 'dollars such as 12.5, or none',
  schema: z
    .string()
    .regex(new RegExp(`^(none|${DECIMAL})$`))
    .transform((text) => (text === 'none' ? undefined : Number(text))),
});
