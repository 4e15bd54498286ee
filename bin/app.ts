import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { AerieStack } from '../lib/aerie-stack.ts';
import { bundleLambdas } from '../lib/bundle.ts';
import { CA_FILE, LAMBDAS } from '../lib/bundling.ts';
import { readConfig, type StageConfig } from '../lib/config.ts';

const synthesise = async (app: App, config: StageConfig): Promise<void> => {
  const bundles = join(app.outdir, 'bundles');
  await bundleLambdas(bundles);
  const { caFile } = config;
  if (caFile !== undefined) {
    await Promise.all(LAMBDAS.map((name) => copyFile(caFile, join(bundles, name, CA_FILE))));
  }
  new AerieStack(app, `aerie-${config.stage}`, {
    config,
    /** The map stays behind: Lambda would not read it, and the asset's hash is then the bundle's alone. */
    code: (name) => Code.fromAsset(join(bundles, name), { exclude: ['*.map'] }),
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  app.synth();
};

/** What only a look at the disk can tell of a configuration. */
const missingFiles = ({ stage, caFile, workerCaFile }: StageConfig): readonly string[] =>
  Object.entries({ caFile, workerCaFile }).flatMap(([name, file]) =>
    file === undefined || existsSync(file)
      ? []
      : [
          `aerie.stages.${stage}.${name} is "${file}", and there is no such file; give the path of a PEM file.`,
        ],
  );

/** The flags of the CDK that is pinned; what they change between two versions shows in `cdk diff`. */
const app = new App({ context: recommendedFlags });
const read = readConfig(app.node.tryGetContext('aerie'), app.node.tryGetContext('stage') ?? 'dev');
const mistakes = read.ok ? missingFiles(read.config) : read.mistakes;
if (read.ok && mistakes.length === 0) {
  await synthesise(app, read.config);
} else {
  for (const mistake of mistakes) console.error(`aerie: ${mistake}`);
  process.exitCode = 1;
}
