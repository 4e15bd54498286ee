import { getPriority, setPriority } from 'node:os';
import { describe } from 'vitest';
import { missing } from '../../lab/rootfs.ts';

/** Real machines have real deadlines; other tests only compute, and get what these leave over. */
const AHEAD_OF_OTHERS = -10;

const goFirst = (): void => {
  try {
    if (getPriority() > AHEAD_OF_OTHERS) setPriority(AHEAD_OF_OTHERS);
  } catch {
    // Not everywhere may root do this; then the lab is slower.
  }
};

/** Tests that need the lab: skipped, saying for want of what, where it cannot run; in CI it has to. */
export const describeLab = (name: string, tests: () => void): void => {
  const lacks = missing();
  if (lacks.length === 0) goFirst();
  if (lacks.length === 0 || process.env.CI !== undefined) describe(name, tests);
  else describe.skip(`${name} (needs ${lacks.join(', ')})`, tests);
};
