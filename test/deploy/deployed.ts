import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  GetFunctionCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { unzipSync } from 'fflate';
import * as z from 'zod';
import { type TwinFunction, twinFunction } from '../../twin/aws/lambda/function.ts';
import { type Aws, clientOptions } from './aws.ts';

/** One function as the emulator has it. */
export interface DeployedFunction {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Of the zip, base64. */
  readonly sha256: string;
}

/** What a deployed rule reaches: a function, or a queue that a function reads. */
export interface DeployedRule {
  readonly name: string;
  readonly schedule: string | undefined;
  readonly targets: readonly string[];
}

const described = z
  .object({
    Configuration: z.object({
      FunctionName: z.string(),
      CodeSha256: z.string(),
      MemorySize: z.number(),
      Timeout: z.number(),
      Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
    }),
  })
  .transform(
    ({ Configuration: it }): DeployedFunction => ({
      name: it.FunctionName,
      environment: it.Environment.Variables,
      memoryMb: it.MemorySize,
      timeoutSeconds: it.Timeout,
      sha256: it.CodeSha256,
    }),
  );

/** Reads a function back. */
export const readFunction = async (aws: Aws, name: string): Promise<DeployedFunction> =>
  described.parse(
    await new LambdaClient(clientOptions(aws)).send(new GetFunctionCommand({ FunctionName: name })),
  );

/** Reads every rule back, with what it reaches. */
export const readRules = async (aws: Aws): Promise<readonly DeployedRule[]> => {
  const client = new EventBridgeClient(clientOptions(aws));
  const { Rules = [] } = await client.send(new ListRulesCommand({}));
  return Promise.all(
    Rules.map(async ({ Name = '', ScheduleExpression }) => {
      const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: Name }));
      return { name: Name, schedule: ScheduleExpression, targets: Targets.map(({ Arn = '' }) => Arn) };
    }),
  );
};

/**
 * Does something while no timer has a target: to moto a rule without a pattern fits every event, and it fails at a
 * target that is a function.
 */
export const withoutTimers = async (aws: Aws, act: () => Promise<void>): Promise<void> => {
  const client = new EventBridgeClient(clientOptions(aws));
  const { Rules = [] } = await client.send(new ListRulesCommand({}));
  const timers = await Promise.all(
    Rules.filter(({ ScheduleExpression }) => ScheduleExpression !== undefined).map(async ({ Name = '' }) => {
      const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: Name }));
      return { Rule: Name, Targets };
    }),
  );
  for (const { Rule, Targets } of timers) {
    const Ids = Targets.map(({ Id = '' }) => Id);
    await client.send(new RemoveTargetsCommand({ Rule, Ids }));
  }
  try {
    await act();
  } finally {
    for (const timer of timers) await client.send(new PutTargetsCommand(timer));
  }
};

/** Switches the readers of queues off: moto would run each function in Docker as soon as a message lies in its queue. */
export const stopReaders = async (aws: Aws): Promise<void> => {
  const client = new LambdaClient(clientOptions(aws));
  const { EventSourceMappings = [] } = await client.send(new ListEventSourceMappingsCommand({}));
  for (const { UUID } of EventSourceMappings) {
    await client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  }
};

/** The queues that feed functions: ARN of each queue, by the name of its function. */
export const readQueues = async (aws: Aws): Promise<ReadonlyMap<string, string>> => {
  const client = new LambdaClient(clientOptions(aws));
  const { EventSourceMappings = [] } = await client.send(new ListEventSourceMappingsCommand({}));
  return new Map(
    EventSourceMappings.map(({ FunctionArn = '', EventSourceArn = '' }) => [
      FunctionArn.split(':').at(-1) ?? '',
      EventSourceArn,
    ]),
  );
};

const templateOfStack = z.object({ Resources: z.record(z.string(), z.unknown()) });
const functionOfStack = z.object({
  Properties: z.object({
    FunctionName: z.string(),
    Code: z.object({ S3Key: z.string() }),
  }),
});

/** Where in the bucket of assets the zip of each function lies, as the deployed template says. */
const keysOf = async (templateFile: string): Promise<ReadonlyMap<string, string>> => {
  const { Resources } = templateOfStack.parse(JSON.parse(await readFile(templateFile, 'utf8')));
  return new Map(
    Object.values(Resources).flatMap((resource) => {
      const parsed = functionOfStack.safeParse(resource);
      return parsed.success
        ? [[parsed.data.Properties.FunctionName, parsed.data.Properties.Code.S3Key] as const]
        : [];
    }),
  );
};

/**
 * A function to be called: its deployed zip, taken out of the bucket, with the environment that the emulator has for
 * it. Throws if the zip is not the one that the function was made from.
 */
export const openFunction = async (
  aws: Aws,
  name: string,
  places: { readonly templateFile: string; readonly folder: string; readonly onLog: (line: string) => void },
): Promise<TwinFunction> => {
  const deployed = await readFunction(aws, name);
  const Key = (await keysOf(places.templateFile)).get(name);
  const Bucket = `cdk-hnb659fds-assets-${aws.account}-${aws.region}`;
  const { Body } = await new S3Client({ ...clientOptions(aws), forcePathStyle: true }).send(
    new GetObjectCommand({ Bucket, Key }),
  );
  const zip = await Body?.transformToByteArray();
  if (zip === undefined) throw new Error(`the bucket has no ${Key}`);
  if (createHash('sha256').update(zip).digest('base64') !== deployed.sha256) {
    throw new Error(`the zip of ${name} in the bucket is not the one that was deployed`);
  }
  const taskRoot = join(places.folder, name);
  for (const [path, content] of Object.entries(unzipSync(zip))) {
    await mkdir(dirname(join(taskRoot, path)), { recursive: true });
    await writeFile(join(taskRoot, path), content);
  }
  return twinFunction({
    ...deployed,
    taskRoot,
    environment: { ...deployed.environment, ...aws.environment },
    onLog: places.onLog,
  });
};
