import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';
import { type Mutant, readMutant } from './mutant.ts';
import { type RoomName, testsOf } from './rooms.ts';
import { isDrawn, type Sample } from './sample.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** How a run is done. */
export interface Pace {
  /** So many tests at the same time. */
  readonly atOnce: number;
  /** Leaves out what a file does when it is loaded: each such change takes all tests of the file. */
  readonly isQuick: boolean;
  readonly sample: Sample;
}

/** Changes files of one room, one place after the other, and runs the tests of the room that reach the place. */
export const mutate = async (
  room: RoomName,
  files: readonly string[],
  { atOnce, isQuick, sample }: Pace,
): Promise<readonly Mutant[]> => {
  process.env.MUTANTS_TESTS = testsOf(room).join(' ');
  const stryker = new Stryker({
    mutate: [...files],
    testRunner: 'vitest',
    vitest: { related: true, dir: 'test', configFile: 'test/mutants/vitest.config.ts' },
    coverageAnalysis: 'perTest',
    checkers: ['compiles'],
    plugins: [
      fileURLToPath(import.meta.resolve('@stryker-mutator/vitest-runner')),
      here('compiles.ts'),
      here('tell-missed.ts'),
    ],
    concurrency: atOnce,
    ignoreStatic: isQuick,
    sample,
    // A busy machine is no endless loop.
    timeoutMS: 15_000,
    dryRunTimeoutMinutes: 20,
    reporters: ['progress-append-only', 'tell-missed'],
    allowConsoleColors: process.stdout.isTTY === true,
    warnings: false,
    tempDirName: `.mutants/${process.pid}`,
    ignorePatterns: ['.mutants', '.aerie', 'cdk.out'],
    // Stryker adapts both with the JavaScript API of TypeScript 6; nothing here needs to be adapted.
    tsconfigFile: 'none.json',
    disableTypeChecks: false,
  });
  const results = await stryker.runMutationTest();
  return results
    .map((result) => readMutant(result, relative(process.cwd(), result.fileName)))
    .filter((mutant) => isDrawn(mutant, sample));
};
