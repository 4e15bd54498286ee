import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { AerieStack } from '../../lib/aerie-stack.ts';
import { readConfig } from '../../lib/stage/config.ts';

/** A stage as an admin would write it, the least of it. */
export const STAGE = {
  pandaUrl: 'https://panda.example.org:25443/api/v1',
  endpointUrl: 'https://cm.example.org:9619',
  image: 'ami-0123456789abcdef0',
  queues: { CLOUD: { state: 'active' } },
};

const synthesise = (block: object, stage: string): Template => {
  const read = readConfig({ stages: { [stage]: { ...STAGE, ...block } } }, stage);
  if (!read.ok) throw new Error(read.mistakes.join(' '));
  const code = () => Code.fromInline('export const handler = async () => undefined;');
  const outdir = mkdtempSync(join(tmpdir(), 'aerie-test-'));
  try {
    const app = new App({ context: recommendedFlags, outdir, builtinCloudFormationValidation: false });
    return Template.fromStack(new AerieStack(app, 'T', { config: read.config, code }));
  } finally {
    rmSync(outdir, { recursive: true });
  }
};

const made = new Map<string, Template>();

/** What CloudFormation would be given for such a stage, with stand-ins for the bundles. Each stage is synthesised once. */
export const stackOf = (block: object = {}, stage = 'dev'): Template => {
  const key = JSON.stringify([block, stage]);
  const template = made.get(key) ?? synthesise(block, stage);
  made.set(key, template);
  return template;
};

/** The properties of every resource of a type, by logical id. */
export const propertiesOf = (template: Template, type: string): Readonly<Record<string, Props>> =>
  Object.fromEntries(
    Object.entries(template.findResources(type)).map(([id, resource]) => [id, resource.Properties ?? {}]),
  );

/** CloudFormation's own JSON, which the CDK hands out untyped. */
// biome-ignore lint/suspicious/noExplicitAny: the assertions are what checks its shape.
export type Props = Readonly<Record<string, any>>;
