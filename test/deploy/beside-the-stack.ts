import { readFile } from 'node:fs/promises';
import { CloudWatchClient, PutMetricAlarmCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  DescribeImagesCommand,
  DescribeRouteTablesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { SetTopicAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import * as z from 'zod';
import { settingsStore } from '../../adapters/settings-store.ts';
import { dimensionsOf, NAMESPACE } from '../../core/tell/metrics.ts';
import { type Aws, clientOptions } from './aws.ts';

/** What AWS has, or makes of a stack, and the emulator does not; made by hand, as AWS would. */

/** The way out that AWS's default VPC has. */
export const addWayOut = async (aws: Aws, vpcId: string): Promise<void> => {
  const ec2 = new EC2Client(clientOptions(aws));
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const gateway = { InternetGatewayId: InternetGateway?.InternetGatewayId };
  await ec2.send(new AttachInternetGatewayCommand({ ...gateway, VpcId: vpcId }));
  const { RouteTables = [] } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }),
  );
  for (const { RouteTableId } of RouteTables) {
    await ec2.send(
      new CreateRouteCommand({
        RouteTableId,
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: gateway.InternetGatewayId,
      }),
    );
  }
};

/** An image of the emulator's that is fit for a worker, with the name of its root. */
export const linuxImage = async (aws: Aws) => {
  const { Images = [] } = await new EC2Client(clientOptions(aws)).send(new DescribeImagesCommand({}));
  const found = Images.find(
    ({ Platform, Architecture, RootDeviceType, RootDeviceName }) =>
      !/^windows$/i.test(Platform ?? '') &&
      Architecture === 'x86_64' &&
      RootDeviceType === 'ebs' &&
      RootDeviceName !== undefined,
  );
  return { image: found?.ImageId ?? '', rootDevice: found?.RootDeviceName ?? '' };
};

const alarmOfStack = z.object({
  Type: z.literal('AWS::CloudWatch::Alarm'),
  Properties: z.object({ AlarmName: z.string(), AlarmDescription: z.string() }),
});
const stackTemplate = z.object({ Resources: z.record(z.string(), z.unknown()) });

/** Makes the alarms that the stack's template has: by name, description and whom they tell. */
export const addAlarms = async (aws: Aws, templateFile: string, topicArn: string): Promise<number> => {
  const client = new CloudWatchClient(clientOptions(aws));
  const { Resources } = stackTemplate.parse(JSON.parse(await readFile(templateFile, 'utf8')));
  const alarms = Object.values(Resources).flatMap((resource) => {
    const parsed = alarmOfStack.safeParse(resource);
    return parsed.success ? [parsed.data.Properties] : [];
  });
  for (const alarm of alarms) {
    await client.send(
      new PutMetricAlarmCommand({
        ...alarm,
        AlarmActions: [topicArn],
        Namespace: NAMESPACE,
        MetricName: 'Ticks',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
  }
  return alarms.length;
};

/** The metric that each tick puts into its log, and CloudWatch takes out of it. */
export const addTicks = async (aws: Aws, stage: string, at: number): Promise<void> => {
  await new CloudWatchClient(clientOptions(aws)).send(
    new PutMetricDataCommand({
      Namespace: NAMESPACE,
      MetricData: (['pilots', 'workers'] as const).map((service) => ({
        MetricName: 'Ticks',
        Value: 1,
        Timestamp: new Date(at * 1000),
        Dimensions: Object.entries(dimensionsOf(service, stage)).map(([Name, Value]) => ({ Name, Value })),
      })),
    }),
  );
};

/** Lets CloudWatch publish, and somebody hear of it. */
export const addPerson = async (aws: Aws, TopicArn: string): Promise<void> => {
  const sns = new SNSClient(clientOptions(aws));
  const AttributeValue = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: TopicArn,
      },
    ],
  });
  await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'grid@physics.site' }));
};

/** What the settings function writes into the ledger. */
export const addSettings = async (aws: Aws, table: string, queue: string, readAt: number): Promise<void> => {
  const book = settingsStore(table, new DynamoDBClient(clientOptions(aws)));
  await book.keep({ of: 'queue', name: queue, readAt, good: { state: 'active' } });
  await book.complete(readAt);
};
