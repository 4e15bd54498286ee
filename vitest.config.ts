import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The long runs are one process each; left to itself, Vitest takes half the cores.
    maxWorkers: 2,
  },
});
