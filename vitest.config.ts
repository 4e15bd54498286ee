import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

const MINUTE = 60_000;

/** Limits end what hangs, and nothing else: however busy the machine is, a test has the time that it needs. */
const limits = {
  testTimeout: 30 * MINUTE,
  hookTimeout: 30 * MINUTE,
  expect: { poll: { timeout: 10 * MINUTE, interval: 50 } },
  setupFiles: ['test/property-seed.ts'],
};

/** Whatever takes minutes, a machine or a cloud: `npm test` leaves it out, `npm run test:all` does not. */
const LONG = 'test/**/*.long.test.ts';

/** Whatever asks a real Nova: `npm run test:nova` runs it, and `npm run test:nova:short` what takes minutes of it. */
const NOVA = 'test/**/*.nova.test.ts';

export default defineConfig({
  test: {
    // The long runs are one process each; left to itself, Vitest takes half the cores. `npm run test:all` takes one more: the lab
    // mostly waits.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...limits,
          name: 'quick',
          // Modules are loaded once for all files: most of the time would go into loading them again.
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: [LONG, NOVA],
          sequence: { groupOrder: 1 },
        },
      },
      { test: { ...limits, name: 'long', include: [LONG], sequence: { groupOrder: 1 } } },
      // On two cores a real Nova makes a server in some seconds: what is asked of it takes more than an hour.
      { test: { ...limits, name: 'nova', include: [NOVA], sequence: { groupOrder: 2 } } },
    ],
  },
});
