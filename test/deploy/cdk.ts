import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { attempt, type Ran } from '../../lab/run.ts';
import type { Aws } from './aws.ts';

const root = resolve(import.meta.dirname, '../..');
const bin = join(root, 'node_modules', '.bin');
const CDK_SECONDS = 300;

/** How a run of the CDK's command line ended. */
export interface CdkRan extends Ran {
  readonly seconds: number;
}

/** The CDK's own command line in a folder with a `cdk.json` of its own, before aerie's own app. */
export interface Cdk {
  /** Writes the stage into the folder's `cdk.json`. */
  configure(stage: string, block: object): Promise<void>;
  run(...args: readonly string[]): Promise<CdkRan>;
  /** Prepares the account, from a folder without an app: the bootstrap is not the app's. */
  bootstrap(): Promise<CdkRan>;
}

/** Everything of the project's `cdk.json` but its stages, in a folder outside of the project. */
export const cdkIn = async (folder: string, aws: Aws): Promise<Cdk> => {
  await mkdir(folder, { recursive: true });
  const env = {
    ...aws.environment,
    PATH: [bin, dirname(process.execPath), process.env.PATH].join(delimiter),
    CDK_DEFAULT_ACCOUNT: aws.account,
    CDK_DEFAULT_REGION: aws.region,
    CI: 'true',
  };
  const runIn = async (place: string, args: readonly string[]): Promise<CdkRan> => {
    const began = performance.now();
    // `env -C` enters the folder: the command line looks for its configuration where it is.
    const ran = await attempt(['env', '-C', place, join(bin, 'cdk'), ...args], {
      env,
      timeoutSeconds: CDK_SECONDS,
    });
    return { ...ran, seconds: (performance.now() - began) / 1000 };
  };
  return {
    async configure(stage, block) {
      const config = {
        app: `node ${join(root, 'bin', 'cdk-app.mjs')}`,
        output: join(folder, 'cdk.out'),
        notices: false,
        versionReporting: false,
        context: { 'cli-telemetry': false, stage, aerie: { stages: { [stage]: block } } },
      };
      await writeFile(join(folder, 'cdk.json'), JSON.stringify(config));
    },
    run: (...args) => runIn(folder, args),
    async bootstrap() {
      const empty = join(folder, 'empty');
      await mkdir(empty, { recursive: true });
      return runIn(empty, ['bootstrap', `aws://${aws.account}/${aws.region}`]);
    },
  };
};
