import { readFileSync } from 'node:fs';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { awsStandIn } from '../cli/doctor/aws-stand-in.ts';
import { propertiesOf } from '../lib/stack-of.ts';
import { unheardAlarms } from '../lib/template-checks.ts';
import { type Aws, clientOptions } from './aws.ts';

const stateValue = z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']);
type State = z.infer<typeof stateValue>;

/** CloudWatch for a stack that moto has deployed: moto itself makes no alarm of a template, and publishes none. */
export interface Alarms {
  readonly url: string;
  close(): Promise<void>;
}

export interface AlarmsOptions {
  readonly aws: Aws;
  /** The template that was deployed; read when it is needed, for at first there is none. */
  readonly templateFile: string;
  /** The ARN of the deployed topic; undefined while there is none. */
  readonly topicArn: () => string | undefined;
  /** How often each metric was counted, by service and name. */
  readonly counted: (service: string, name: string) => number;
}

const queriesOf = (params: Readonly<Record<string, unknown>>) =>
  (Array.isArray(params.MetricDataQueries) ? params.MetricDataQueries : []).map((query) => {
    const { Metric } = query.MetricStat;
    const dimensions: readonly { readonly Name: string; readonly Value: string }[] = Metric.Dimensions;
    const service = dimensions.find(({ Name }) => Name === 'service')?.Value ?? '';
    return { id: String(query.Id), service, name: String(Metric.MetricName) };
  });

/**
 * Opens a CloudWatch that knows the alarms of the deployed template, and publishes to their topic when one is set, if the
 * topic's own policy lets it; it writes down what came of that, as CloudWatch does.
 */
export const alarmsStandIn = async (options: AlarmsOptions): Promise<Alarms> => {
  const { aws, templateFile, topicArn, counted } = options;
  const states = new Map<string, State>();
  const history: { AlarmName: string; HistorySummary: string; Timestamp: number }[] = [];
  const template = () => Template.fromJSON(JSON.parse(readFileSync(templateFile, 'utf8')));

  const describe = () => {
    const topic = topicArn();
    if (topic === undefined) return [];
    return Object.values(propertiesOf(template(), 'AWS::CloudWatch::Alarm')).map(
      ({ AlarmName, AlarmDescription }) => ({
        AlarmName,
        AlarmDescription,
        AlarmArn: `arn:aws:cloudwatch:${aws.region}:${aws.account}:alarm:${AlarmName}`,
        ActionsEnabled: true,
        AlarmActions: [topic],
        StateValue: states.get(AlarmName) ?? 'OK',
      }),
    );
  };

  const publish = async (AlarmName: string, state: State): Promise<string> => {
    const TopicArn = topicArn();
    const isUnheard = unheardAlarms(template()).some((mistake) => mistake.endsWith(` ${AlarmName} says`));
    if (isUnheard) return `Failed to execute action ${TopicArn}: not authorized`;
    await new SNSClient(clientOptions(aws)).send(
      new PublishCommand({
        TopicArn,
        Subject: `${state}: ${AlarmName}`,
        Message: JSON.stringify({ AlarmName }),
      }),
    );
    return `Successfully executed action ${TopicArn}`;
  };

  const { url, close } = await awsStandIn(() => ({
    'cloudwatch:DescribeAlarms': () => ({ MetricAlarms: describe() }),
    'cloudwatch:GetMetricData': ({ params }) => ({
      MetricDataResults: queriesOf(params).map(({ id, service, name }) => ({
        Id: id,
        Values: [counted(service, name)],
      })),
    }),
    'cloudwatch:SetAlarmState': ({ params }) => {
      const name = String(params.AlarmName);
      const state = stateValue.parse(params.StateValue);
      states.set(name, state);
      void publish(name, state).then((HistorySummary) =>
        history.push({ AlarmName: name, HistorySummary, Timestamp: Date.now() / 1000 }),
      );
      return {};
    },
    'cloudwatch:DescribeAlarmHistory': ({ params }) => ({
      AlarmHistoryItems: history.filter(({ AlarmName }) => AlarmName === params.AlarmName),
    }),
  }));
  return { url, close };
};
