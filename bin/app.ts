import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { codeOf } from '../lib/bundle-code.ts';
import { checkedStack } from '../lib/checked-app.ts';
import { bundleLambdas } from '../lib/functions/bundle.ts';
import { readConfig, type StageConfig } from '../lib/stage/config.ts';
import { exampleHosts, exampleSentence } from '../lib/stage/example-hosts.ts';
import { fileMistakes } from '../lib/stage/files.ts';
import { regionMistake } from '../lib/stage/values.ts';
import { synthSummary } from '../lib/synth-summary.ts';

const synthesise = async (app: App, config: StageConfig): Promise<void> => {
  const bundles = join(app.outdir, 'bundles');
  await bundleLambdas(bundles);
  checkedStack(app, { config, code: codeOf(config, bundles) });
  app.synth();
  /** On stderr: stdout is the template's where somebody asks for it. */
  for (const line of whatItMeans(config)) console.error(line);
};

const whatItMeans = (config: StageConfig): readonly string[] => {
  const examples = exampleHosts(config);
  const notYet = examples.length === 0 ? [] : [`aerie: ${exampleSentence(config.stage, examples)}`];
  return [...synthSummary(config), ...notYet];
};

/** A stage that names no region is deployed to the one that is signed in, which has to be one that aerie knows. */
const regionMistakes = ({ stage, region }: StageConfig): readonly string[] => {
  const signedIn = process.env.CDK_DEFAULT_REGION;
  const mistake = region === undefined && signedIn !== undefined ? regionMistake(signedIn) : undefined;
  return mistake === undefined ? [] : [`The region of stage ${stage} ${mistake}.`];
};

/** The flags of the CDK that is pinned; what they change between two versions shows in `cdk diff`. */
const app = new App({ context: recommendedFlags });
const read = readConfig(app.node.tryGetContext('aerie'), app.node.tryGetContext('stage') ?? 'dev');
const mistakes = read.ok ? [...fileMistakes(read.config), ...regionMistakes(read.config)] : read.mistakes;
if (read.ok && mistakes.length === 0) {
  await synthesise(app, read.config);
} else {
  for (const mistake of mistakes) console.error(`aerie: ${mistake}`);
  process.exitCode = 1;
}
