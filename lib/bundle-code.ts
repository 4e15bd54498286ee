import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { CA_FILE, cloudCaFile, LAMBDAS, type LambdaName } from './functions/bundling.ts';
import type { StageConfig } from './stage/config.ts';

/** Makes assets of a stage's bundles, which lie in a folder of each one's name, with the authorities that the stage names beside each. */
export const codeOf = ({ caFile, clouds }: StageConfig, bundles: string): ((name: LambdaName) => Code) => {
  const authorities = [
    [CA_FILE, caFile] as const,
    ...Object.entries(clouds).map(([cloud, of]) => [cloudCaFile(cloud), of.caFile] as const),
  ];
  for (const [name, file] of authorities) {
    if (file === undefined) continue;
    for (const lambda of LAMBDAS) copyFileSync(file, join(bundles, lambda, name));
  }
  /** The map stays behind: Lambda would not read it, and the asset's hash is then the bundle's alone. */
  return (name) => Code.fromAsset(join(bundles, name), { exclude: ['*.map'] });
};
