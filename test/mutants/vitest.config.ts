import { defineConfig } from 'vitest/config';

/**
 * For the tests of one room, whose folder Stryker names. Its own option for that, testFiles, lets no change of what a
 * file does when it is loaded come into force, so that all of those seem to survive (10.1.1).
 */
export default defineConfig({
  test: { include: ['**/*.test.ts'], setupFiles: ['test/property-seed.ts'], testTimeout: 120_000 },
});
