import { relative } from 'node:path';
import type { MutantResult, StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import type { Reporter } from '@stryker-mutator/api/report';
import { isAbout, readEquivalents } from './equivalents.ts';
import { readMutant } from './mutant.ts';
import { missedLine } from './report.ts';
import { isDrawn, readSample, type Sample } from './sample.ts';

/** Prints each change that no test notices as soon as it is known: a room takes a while. */
class TellMissed implements Reporter {
  static readonly inject = tokens(commonTokens.options);
  readonly #equivalents = readEquivalents();
  readonly #sample: Sample;

  constructor({ sample }: StrykerOptions) {
    this.#sample = readSample(sample);
  }

  onMutantTested(result: Readonly<MutantResult>): void {
    const mutant = readMutant(result, relative(process.cwd(), result.fileName));
    const isMissed = mutant.fate === 'survived' || mutant.fate === 'unseen';
    if (!isMissed || !isDrawn(mutant, this.#sample) || this.#equivalents.some(isAbout(mutant))) return;
    process.stdout.write(`${missedLine(mutant)}\n`);
  }
}

/** What Stryker looks for in a plugin. */
export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'tell-missed', TellMissed)];
