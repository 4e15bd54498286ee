import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

const limits = { testTimeout: 120_000, hookTimeout: 300_000, setupFiles: ['test/property-seed.ts'] };

/** Tells how fast a real pool is, so nothing else runs beside it. */
const ALONE = 'test/lab/lab.test.ts';

export default defineConfig({
  test: {
    // The long runs are one process each; left to itself, Vitest takes half the cores.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...limits,
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [ALONE],
          sequence: { groupOrder: 1 },
        },
      },
      { test: { ...limits, name: 'alone', include: [ALONE], sequence: { groupOrder: 2 } } },
    ],
  },
});
