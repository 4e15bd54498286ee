import * as z from 'zod';
import type { PandaWorld } from './world.ts';

/** One method of the simulated PanDA's API. */
export interface Method {
  readonly verb: 'GET' | 'POST';
  answer(world: PandaWorld, parameters: unknown): Envelope;
}

/** The envelope of every answer. */
export interface Envelope {
  readonly success: boolean;
  readonly message: string;
  readonly data: unknown;
}

export const done = (data: unknown): Envelope => ({ success: true, message: '', data });
export const refused = (message: string, data: unknown = null): Envelope => ({
  success: false,
  message,
  data,
});

/** `int(float(x))`, and `"None"` for null: how PanDA casts what a URL carries. */
export const int = z.preprocess((value) => {
  if (typeof value !== 'string') return value;
  if (value === 'None') return null;
  return value.trim() === '' ? Number.NaN : Math.trunc(Number(value));
}, z.int().nullable());

/** An unknown or missing parameter is an argument error; one that cannot be cast is a type error. */
const complaint = (error: z.ZodError, given: object): string => {
  const issue = error.issues[0];
  if (issue?.code === 'unrecognized_keys') return `Argument error: unexpected '${issue.keys.join("', '")}'`;
  const name = String(issue?.path[0] ?? '');
  return name in given
    ? `Type error: '${name}' is not of its type`
    : `Argument error: missing a required argument: '${name}'`;
};

/** A method that checks its parameters before it answers; mistakes are answered with 200 and `success: false`. */
export const method = <S extends z.ZodObject>(
  verb: Method['verb'],
  schema: S,
  answer: (world: PandaWorld, parameters: z.infer<S>) => Envelope,
): Method => ({
  verb,
  answer(world, parameters) {
    const parsed = schema.safeParse(parameters);
    if (parsed.success) return answer(world, parsed.data);
    return refused(complaint(parsed.error, Object(parameters)));
  },
});
