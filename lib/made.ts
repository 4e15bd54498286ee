import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import * as z from 'zod';
import { stackNameOf } from '../core/model/names.ts';
import { AerieStack } from './aerie-stack.ts';
import type { StageConfig } from './stage/config.ts';

/** How many resources of a type a deploy makes. */
export interface Made {
  /** CloudFormation's own name of it, such as AWS::Lambda::Function. */
  readonly type: string;
  readonly count: number;
}

const template = z.object({ Resources: z.record(z.string(), z.object({ Type: z.string() })).default({}) });

/** Stands for the bundles: what a deploy makes does not hang on what is in them. */
const CODE = Code.fromInline('export const handler = async () => undefined;');

/** Counts what a deploy of a stage makes, from the templates that are synthesised for it; the most frequent first. */
export const madeBy = (config: StageConfig): readonly Made[] => {
  const outdir = mkdtempSync(join(tmpdir(), 'aerie-plan-'));
  try {
    // Its templates are counted, and not deployed: their own validation takes longer than all else.
    const app = new App({ context: recommendedFlags, outdir, builtinCloudFormationValidation: false });
    new AerieStack(app, stackNameOf(config.stage), { config, code: () => CODE });
    app.synth();
    const types = readdirSync(outdir)
      .filter((file) => file.endsWith('.template.json'))
      .flatMap((file) => {
        const { Resources } = template.parse(JSON.parse(readFileSync(join(outdir, file), 'utf8')));
        return Object.values(Resources).map(({ Type }) => Type);
      });
    return [...Map.groupBy(types, (type) => type)]
      .map(([type, { length }]) => ({ type, count: length }))
      .sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
  } finally {
    rmSync(outdir, { recursive: true });
  }
};
