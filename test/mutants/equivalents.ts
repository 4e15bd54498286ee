import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Mutant } from './mutant.ts';

const equivalent = z.strictObject({
  file: z.string(),
  on: z.string(),
  code: z.string(),
  becomes: z.string(),
  why: z.string().min(10),
});

/** A change that nothing can notice, because the code does the same with it; and why that is so. */
export type Equivalent = Readonly<z.infer<typeof equivalent>>;

/** All that are known. Named by their code, not by their line, so that they outlive changes beside them. */
export const readEquivalents = (): readonly Equivalent[] =>
  z.array(equivalent).parse(JSON.parse(readFileSync(new URL('equivalents.json', import.meta.url), 'utf8')));

/** Whether an entry of the list is about a mutant. */
export const isAbout =
  (mutant: Mutant) =>
  ({ file, on, code, becomes }: Equivalent): boolean =>
    file === mutant.file && on === mutant.on && code === mutant.code && becomes === mutant.becomes;
