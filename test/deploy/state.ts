import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeInstancesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { paginateDescribeParameters, paginateGetParametersByPath, SSMClient } from '@aws-sdk/client-ssm';
import { type Aws, clientOptions } from './aws.ts';
import { readRules } from './deployed.ts';

/** Every parameter below /aerie with its version. */
export const parameterVersions = async (aws: Aws): Promise<Readonly<Record<string, number>>> => {
  const client = new SSMClient(clientOptions(aws));
  const found: Record<string, number> = {};
  for await (const page of paginateGetParametersByPath({ client }, { Path: '/aerie', Recursive: true })) {
    for (const { Name = '', Version = 0 } of page.Parameters ?? []) found[Name] = Version;
  }
  return found;
};

/** The pattern that the value of each parameter below /aerie has to fit. */
export const parameterPatterns = async (aws: Aws): Promise<Readonly<Record<string, string | undefined>>> => {
  const client = new SSMClient(clientOptions(aws));
  const ParameterFilters = [{ Key: 'Name', Option: 'BeginsWith', Values: ['/aerie'] }];
  const found: Record<string, string | undefined> = {};
  for await (const page of paginateDescribeParameters({ client }, { ParameterFilters })) {
    for (const { Name = '', AllowedPattern } of page.Parameters ?? []) found[Name] = AllowedPattern;
  }
  return found;
};

/** The zip and the environment of every function: what an update could have changed. */
export const functionsNow = async (aws: Aws) => {
  const { Functions = [] } = await new LambdaClient(clientOptions(aws)).send(new ListFunctionsCommand({}));
  return Functions.map(({ FunctionName, CodeSha256, Environment }) => ({
    FunctionName,
    CodeSha256,
    Environment,
  }));
};

/** The account's default network as a stage would name it: moto cannot delete a VPC that CloudFormation has made. */
export const defaultNetwork = async (aws: Aws) => {
  const ec2 = new EC2Client(clientOptions(aws));
  const { Vpcs: [vpc] = [] } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }),
  );
  const { Subnets = [] } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc?.VpcId ?? ''] }] }),
  );
  return {
    vpcId: vpc?.VpcId,
    placements: Subnets.slice(0, 2).map(({ SubnetId, AvailabilityZone }) => ({
      subnetId: SubnetId,
      zone: AvailabilityZone,
    })),
  };
};

/** Instances that are not over, with their tags. */
export const liveInstances = async (aws: Aws) => {
  const { Reservations = [] } = await new EC2Client(clientOptions(aws)).send(
    new DescribeInstancesCommand({
      Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }],
    }),
  );
  return Reservations.flatMap(({ Instances = [] }) => Instances).map(({ InstanceId = '', Tags = [] }) => ({
    instanceId: InstanceId,
    tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
  }));
};

export const endInstances = async (aws: Aws): Promise<void> => {
  const InstanceIds = (await liveInstances(aws)).map(({ instanceId }) => instanceId);
  if (InstanceIds.length === 0) return;
  await new EC2Client(clientOptions(aws)).send(new TerminateInstancesCommand({ InstanceIds }));
};

/** Everything in the account that costs or does something; the default VPC is AWS's own. */
export const whatIsThere = async (aws: Aws) => {
  const options = clientOptions(aws);
  const ec2 = new EC2Client(options);
  const [{ Vpcs = [] }, { LaunchTemplates = [] }, { TableNames = [] }, { QueueUrls = [] }] =
    await Promise.all([
      ec2.send(new DescribeVpcsCommand({})),
      ec2.send(new DescribeLaunchTemplatesCommand({})),
      new DynamoDBClient(options).send(new ListTablesCommand({})),
      new SQSClient(options).send(new ListQueuesCommand({})),
    ]);
  return {
    functions: (await functionsNow(aws)).map(({ FunctionName }) => FunctionName),
    rules: (await readRules(aws)).map(({ name }) => name),
    parameters: Object.keys(await parameterVersions(aws)),
    vpcs: Vpcs.filter(({ IsDefault }) => IsDefault !== true).map(({ VpcId }) => VpcId),
    templates: LaunchTemplates.map(({ LaunchTemplateName }) => LaunchTemplateName),
    tables: TableNames.map((name) => name.replace(/-.*/, '')),
    queues: QueueUrls,
    instances: await liveInstances(aws),
  };
};
