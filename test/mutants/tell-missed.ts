import { relative } from 'node:path';
import type { MutantResult, StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import type { Reporter } from '@stryker-mutator/api/report';
import * as z from 'zod';
import { isAbout, readEquivalents } from './equivalents.ts';
import { readMutant } from './mutant.ts';
import { missedLine } from './report.ts';
import { isDrawn } from './sample.ts';

/** Prints each change that no test notices as soon as it is known: a room takes a while. */
class TellMissed implements Reporter {
  static readonly inject = tokens(commonTokens.options);
  readonly #equivalents = readEquivalents();
  readonly #oneIn: number;

  constructor({ oneIn }: StrykerOptions) {
    this.#oneIn = z.int().parse(oneIn);
  }

  onMutantTested(result: Readonly<MutantResult>): void {
    const mutant = readMutant(result, relative(process.cwd(), result.fileName));
    const isMissed = mutant.fate === 'survived' || mutant.fate === 'unseen';
    if (!isMissed || !isDrawn(mutant, this.#oneIn) || this.#equivalents.some(isAbout(mutant))) return;
    process.stdout.write(`${missedLine(mutant)}\n`);
  }
}

/** What Stryker looks for in a plugin. */
export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'tell-missed', TellMissed)];
