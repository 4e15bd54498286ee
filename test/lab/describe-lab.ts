import { describe } from 'vitest';
import { missing } from './rootfs.ts';

/** Machines boot in these tests, and share this one with whatever else it does. */
const PATIENCE = { timeout: 120_000 } as const;

/** Tests that need the lab: skipped, saying for want of what, where it cannot run; in CI it has to. */
export const describeLab = (name: string, tests: () => void): void => {
  const lacks = missing();
  if (lacks.length === 0 || process.env.CI !== undefined) describe(name, PATIENCE, tests);
  else describe.skip(`${name} (needs ${lacks.join(', ')})`, PATIENCE, tests);
};
