import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';
import { type Mutant, readMutant } from './mutant.ts';
import type { RoomName } from './rooms.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Changes files of one room, one place after the other, and runs the tests of the room that reach the place. */
export const mutate = async (
  room: RoomName,
  files: readonly string[],
  concurrency: number,
): Promise<readonly Mutant[]> => {
  const stryker = new Stryker({
    mutate: [...files],
    testRunner: 'vitest',
    vitest: { related: true, dir: `test/${room}`, configFile: 'test/mutants/vitest.config.ts' },
    coverageAnalysis: 'perTest',
    checkers: ['compiles'],
    plugins: [
      fileURLToPath(import.meta.resolve('@stryker-mutator/vitest-runner')),
      here('compiles.ts'),
      here('tell-missed.ts'),
    ],
    concurrency,
    // A busy machine is no endless loop.
    timeoutMS: 15_000,
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
  return results.map((result) => readMutant(result, relative(process.cwd(), result.fileName)));
};
