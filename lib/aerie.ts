import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type * as z from 'zod';
import { AerieStack } from './aerie-stack.ts';
import { codeOf } from './bundle-code.ts';
import { hasMadeBundles, madeBundleOf } from './functions/bundle.ts';
import { LAMBDAS } from './functions/bundling.ts';
import type { stageBlock } from './stage/block.ts';
import { readConfig, type StageConfig } from './stage/config.ts';
import { fileMistakes } from './stage/files.ts';

/**
 * One pool: the settings of a stage as `cdk.json` has them (docs/stage.md has each, with its bounds and its default), and its
 * name. Paths of files begin where the CDK app runs.
 */
export type AerieProps = z.input<typeof stageBlock> & {
  /** A small letter and up to 19 more small letters, digits and dashes. One account has one stage of a name in a region. */
  readonly stage: string;
};

/** Thrown when settings do not fit: has every mistake, a sentence each. */
class MistakenStage extends Error {
  override readonly name = 'MistakenStage';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}

const configOf = ({ stage, ...block }: AerieProps): StageConfig => {
  const read = readConfig({ stages: { [stage]: block } }, stage);
  const mistakes = read.ok ? fileMistakes(read.config) : read.mistakes;
  if (!read.ok || mistakes.length > 0) throw new MistakenStage(mistakes);
  return read.config;
};

/** The bundles of a package, copied to where the app is synthesised: authorities of the stage come to lie beside them. */
const bundlesOf = (scope: Construct, stage: string): string => {
  if (!hasMadeBundles()) {
    throw new Error(
      'The functions are bundled when the package is packed, and this is a clone; install what "npm pack" makes of it, or deploy with its cdk.json.',
    );
  }
  const bundles = join(Stage.of(scope)?.outdir ?? 'cdk.out', 'bundles', stage);
  for (const name of LAMBDAS) cpSync(madeBundleOf(name), join(bundles, name), { recursive: true });
  return bundles;
};

/**
 * The pool of one stage as a stack named `aerie-<stage>` of your own CDK app: the functions, their ledger, the network and the
 * launch template of its workers, alarms and a dashboard. The command line finds it by that name. Throws if a setting does not fit.
 */
export class Aerie extends AerieStack {
  constructor(scope: Construct, id: string, props: AerieProps) {
    const config = configOf(props);
    super(scope, id, { config, code: codeOf(config, bundlesOf(scope, config.stage)) });
  }
}
