import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Mutant } from './mutant.ts';

const sample = z.strictObject({ oneIn: z.int(), seed: z.int() });

/** One change in so many, and which of the samples of that size. */
export type Sample = Readonly<z.infer<typeof sample>>;

/** The sample as a plugin of Stryker gets it. */
export const readSample = (option: unknown): Sample => sample.parse(option);

/** Whether a change is one of a sample: the same ones each time, and in whatever line they stand. */
export const isDrawn = (
  { file, code, becomes }: Pick<Mutant, 'file' | 'code' | 'becomes'>,
  { oneIn, seed }: Sample,
): boolean =>
  createHash('sha256').update(`${seed}\n${file}\n${code}\n${becomes}`).digest().readUInt32BE() % oneIn === 0;
