import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Checker, type CheckResult, CheckStatus } from '@stryker-mutator/api/check';
import type { Mutant, StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import { API } from 'typescript/unstable/sync';
import { codeOf, offsetOf, oneLine } from './mutant.ts';
import { isDrawn, readSample, type Sample } from './sample.ts';

const CONFIG = fileURLToPath(new URL('tsconfig.json', import.meta.url));

const changed = (text: string, { location, replacement }: Mutant): string => {
  const lines = text.split('\n');
  return (
    text.slice(0, offsetOf(lines, location.start, 0)) +
    replacement +
    text.slice(offsetOf(lines, location.end, 0))
  );
};

/**
 * Tells which mutants do not compile: nobody could have written them, so they say nothing of the tests. Stryker's own
 * checker needs the JavaScript API that TypeScript had until version 6; this asks the one of version 7, and only for the
 * changed file, a tenth of a second for each. It also leaves out what a sample does not draw, before it is tested.
 */
class Compiles implements Checker {
  static readonly inject = tokens(commonTokens.options);
  readonly #sample: Sample;
  readonly #changed = new Map<string, string>();
  readonly #api = new API({ fs: { readFile: (path: string) => this.#changed.get(path) } });

  constructor({ sample }: StrykerOptions) {
    this.#sample = readSample(sample);
  }

  async init(): Promise<void> {
    this.#api.updateSnapshot({ openProjects: [CONFIG] });
  }

  async check(mutants: Mutant[]): Promise<Record<string, CheckResult>> {
    return Object.fromEntries(mutants.map((mutant) => [mutant.id, this.#checked(mutant)]));
  }

  #checked(mutant: Mutant): CheckResult {
    const { fileName } = mutant;
    const text = readFileSync(fileName, 'utf8');
    const file = relative(process.cwd(), fileName);
    const code = codeOf(text, mutant.location, 0);
    // What the types say that nothing reaches, no test can.
    if (/satisfies never;$/.test(code)) return { status: CheckStatus.CompileError, reason: 'never' };
    if (!isDrawn({ file, code, becomes: oneLine(mutant.replacement) }, this.#sample)) {
      return { status: CheckStatus.CompileError, reason: 'not drawn' };
    }
    const restored = [...this.#changed.keys()];
    this.#changed.clear();
    this.#changed.set(fileName, changed(text, mutant));
    const snapshot = this.#api.updateSnapshot({ fileChanges: { changed: [...restored, fileName] } });
    const program = snapshot.getProject(CONFIG)?.program;
    if (program === undefined) throw new Error(`${CONFIG} is no project of ${fileName}`);
    const [wrong] = [
      ...program.getSyntacticDiagnostics(fileName),
      ...program.getSemanticDiagnostics(fileName),
    ];
    snapshot.dispose();
    return wrong === undefined
      ? { status: CheckStatus.Passed }
      : { status: CheckStatus.CompileError, reason: wrong.text };
  }
}

/** What Stryker looks for in a plugin. */
export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, 'compiles', Compiles)];
