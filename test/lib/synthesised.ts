import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { checkedStack } from '../../lib/checked-app.ts';
import { readConfig } from '../../lib/stage/config.ts';

const code = () => Code.fromInline('export const handler = async () => undefined;');

/** What a synthesis has written: the stage's template, those nested in it, and their files. */
export interface Synthesised {
  readonly template: Template;
  readonly nested: readonly Template[];
  readonly files: readonly string[];
}

/**
 * Where syntheses are written; all of it is removed at once. `builtinCloudFormationValidation`: whether the CDK's own rules
 * are asked too, which takes longer than all else.
 */
export const synthesisFolder = (builtinCloudFormationValidation = false) => {
  const folder = mkdtempSync(join(tmpdir(), 'aerie-stages-'));
  let count = 0;
  return {
    /** Synthesises a stage under the rules of cdk-nag. Throws what they find, or the mistakes of the block. */
    synthesise(block: object, add: (stack: Stack) => unknown = () => undefined): Synthesised {
      const read = readConfig({ stages: { lab: block } }, 'lab');
      if (!read.ok) throw new Error(read.mistakes.join(' '));
      count += 1;
      const outdir = join(folder, String(count));
      const app = new App({ context: recommendedFlags, outdir, builtinCloudFormationValidation });
      add(checkedStack(app, { config: read.config, code }));
      app.synth();
      const files = readdirSync(outdir)
        .filter((file) => file.endsWith('.template.json'))
        .map((file) => join(outdir, file));
      const templates = files.map((file) => ({
        file,
        template: Template.fromJSON(JSON.parse(readFileSync(file, 'utf8'))),
      }));
      const own = templates.filter(({ file }) => file.endsWith('aerie-lab.template.json'));
      const [main] = own;
      if (main === undefined) throw new Error(`no template in ${outdir}`);
      return {
        template: main.template,
        nested: templates.filter((of) => of !== main).map(({ template }) => template),
        files,
      };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
};
