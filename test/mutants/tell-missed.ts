import { relative } from 'node:path';
import type { MutantResult } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import type { Reporter } from '@stryker-mutator/api/report';
import { isAbout, readEquivalents } from './equivalents.ts';
import { readMutant } from './mutant.ts';
import { missedLine } from './report.ts';

/** Prints each change that no test notices as soon as it is known: a room takes a while. */
class TellMissed implements Reporter {
  readonly #equivalents = readEquivalents();

  onMutantTested(result: Readonly<MutantResult>): void {
    const mutant = readMutant(result, relative(process.cwd(), result.fileName));
    const isMissed = mutant.fate === 'survived' || mutant.fate === 'unseen';
    if (!isMissed || this.#equivalents.some(isAbout(mutant))) return;
    process.stdout.write(`${missedLine(mutant)}\n`);
  }
}

/** What Stryker looks for in a plugin. */
export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'tell-missed', TellMissed)];
