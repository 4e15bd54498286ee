import { Aws, Duration, Validations } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { dimensionsOf, NAMESPACE } from '../../core/tell/metrics.ts';
import type { LambdaName } from '../functions/bundling.ts';
import type { Lambda } from '../functions/lambda.ts';
import {
  type AlarmSpec,
  alarmDescriptionOf,
  alarmNameOf,
  type NewsReader,
  type Watched,
  whoseMetric,
} from './alarm-spec.ts';
import { alarmsOf } from './alarms.ts';
import { shareOfQuota } from './quota-share.ts';

export interface WatchProps {
  readonly stage: string;
  /** Those that the stage has. */
  readonly functions: Readonly<Partial<Record<LambdaName, Lambda>>>;
  readonly failed: Readonly<Record<NewsReader, Queue>>;
  /** The folder of the runbooks' pages; absent: the repository's. */
  readonly runbookUrl?: string | undefined;
  /** Who is written to; further subscriptions can be made by hand. */
  readonly email: string | undefined;
}

const MISSING = {
  breaching: TreatMissingData.BREACHING,
  notBreaching: TreatMissingData.NOT_BREACHING,
} as const;
const COMPARISON = {
  'at least': ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  below: ComparisonOperator.LESS_THAN_THRESHOLD,
} as const;

const metricOf = (watched: Watched, spec: AlarmSpec, props: WatchProps): IMetric => {
  const how = { statistic: spec.statistic, period: Duration.seconds(spec.periodSeconds) };
  switch (watched.kind) {
    case 'own': {
      const { name, service } = watched;
      const dimensionsMap = dimensionsOf(service, props.stage);
      return new Metric({ namespace: NAMESPACE, metricName: name, dimensionsMap, ...how });
    }
    case 'errors': {
      const lambda = props.functions[watched.of];
      if (lambda === undefined) throw new Error(`an alarm watches ${watched.of}, which the stage has not`);
      return lambda.function.metricErrors(how);
    }
    case 'dead-letters':
      return props.failed[watched.of].metricApproximateNumberOfMessagesVisible(how);
    case 'quota':
      return shareOfQuota(watched.of, how);
    default:
      return watched satisfies never;
  }
};

/**
 * A topic's policy that says anything replaces SNS's own, which let CloudWatch in; an alarm's action grants nothing. Only
 * the alarms of this stage, in this account, may publish.
 */
const letAlarmsPublish = (topic: Topic, stage: string): void => {
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsPublish',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: {
          'aws:SourceArn': `arn:${Aws.PARTITION}:cloudwatch:${Aws.REGION}:${Aws.ACCOUNT_ID}:alarm:aerie-${stage}-*`,
        },
      },
    }),
  );
};

const tellByMail = (topic: Topic, email: string): void => {
  const subscription = topic.addSubscription(new EmailSubscription(email));
  Validations.of(subscription).acknowledge({
    id: 'Serverless-SNSRedrivePolicy',
    reason: 'SNS itself tries a mail again; the state of every alarm stays to be seen in CloudWatch.',
  });
};

/** Alarms, each with its runbook, and the topic that they go to. */
export class Watch extends Construct {
  readonly topic: Topic;
  /** The name of each alarm. */
  readonly alarms: readonly string[];

  constructor(scope: Construct, id: string, props: WatchProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { displayName: `aerie ${props.stage}`, enforceSSL: true });
    Validations.of(this.topic).acknowledge({
      id: 'Serverless-SNSDeadLetterQueue',
      reason: 'Who is told by e-mail has no queue; the state of every alarm stays to be seen in CloudWatch.',
    });
    letAlarmsPublish(this.topic, props.stage);
    if (props.email !== undefined) tellByMail(this.topic, props.email);
    const tell = new SnsAction(this.topic);
    const alarms = alarmsOf({ hasPilots: props.functions.pilots !== undefined });
    this.alarms = Object.entries(alarms).flatMap(([name, spec]) =>
      spec.watches.map((watched) => {
        const alarmName = alarmNameOf(props.stage, name, watched);
        const alarm = new Alarm(this, `${name}-${whoseMetric(watched)}`, {
          alarmName,
          alarmDescription: alarmDescriptionOf(name, spec, props),
          metric: metricOf(watched, spec, props),
          threshold: spec.threshold,
          comparisonOperator: COMPARISON[spec.breaches],
          datapointsToAlarm: spec.datapoints,
          evaluationPeriods: spec.of,
          treatMissingData: MISSING[spec.missing],
        });
        alarm.addAlarmAction(tell);
        alarm.addOkAction(tell);
        return alarmName;
      }),
    );
  }
}
