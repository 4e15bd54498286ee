import { createHash } from 'node:crypto';
import type { Mutant } from './mutant.ts';

/** Whether a change is one of a sample, one in N: the same ones each time, and in whatever line they stand. */
export const isDrawn = (
  { file, code, becomes }: Pick<Mutant, 'file' | 'code' | 'becomes'>,
  oneIn: number,
): boolean =>
  createHash('sha256').update(`${file}\n${code}\n${becomes}`).digest().readUInt32BE() % oneIn === 0;
