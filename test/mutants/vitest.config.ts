import { defineConfig } from 'vitest/config';

const FOLDERS = process.env.MUTANTS_TESTS?.split(' ') ?? [];

/**
 * Each takes seconds for worlds that it draws by chance: for every change of core that would be most of the time, and what only
 * they notice, no other test says.
 */
const LAWS = ['**/core/chain/laws.test.ts', '**/core/decide/workers/*laws*.test.ts'];

/**
 * For the tests of one room, whose folders the run names (mutate.ts), but for those that take minutes. Stryker's own option for
 * that, testFiles, lets no change of what a file does when it is loaded come into force, so that all of those seem to
 * survive (10.1.1).
 */
export default defineConfig({
  test: {
    include: FOLDERS.map((folder) => `${folder}/**/*.test.ts`),
    exclude: ['**/*.long.test.ts', '**/*.nova.test.ts', ...LAWS],
    setupFiles: ['test/property-seed.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // As long: what is waited for comes late on a busy machine.
    expect: { poll: { timeout: 120_000, interval: 50 } },
  },
});
