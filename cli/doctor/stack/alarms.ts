import { type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import {
  GetTopicAttributesCommand,
  paginateListSubscriptionsByTopic,
  type Subscription,
} from '@aws-sdk/client-sns';
import { runbookIn } from '../../../lib/watch/alarm-spec.ts';
import { type Finding, fail, ok, skip, warn } from '../finding.ts';
import { asked } from '../look/asked.ts';
import { type Examined, stackName } from '../look/examined.ts';
import { testAlarm } from './alarm-test.ts';
import { letsCloudWatchPublish } from './topic-policy.ts';

const alarmsOf = async ({ config, clients }: Examined): Promise<readonly MetricAlarm[]> => {
  const found: MetricAlarm[] = [];
  const AlarmNamePrefix = `${stackName(config)}-`;
  for await (const page of paginateDescribeAlarms({ client: clients.cloudwatch }, { AlarmNamePrefix })) {
    found.push(...(page.MetricAlarms ?? []));
  }
  return found;
};

const deploy = ({ config }: Examined): string => `npx cdk deploy -c stage=${config.stage}`;

/** The runbook that an alarm's description names, or the page of all alarms. */
const runbookOf = ({ AlarmDescription }: MetricAlarm): string =>
  runbookIn(AlarmDescription) ?? 'docs/alarms.md';

const judgeOn = (alarms: readonly MetricAlarm[]): readonly Finding[] => {
  const on = alarms.filter(({ StateValue }) => StateValue === 'ALARM');
  if (on.length === 0) return [ok('alarms-on', `none of ${alarms.length} alarms is on`)];
  return on.map((alarm) =>
    warn(
      'alarms-on',
      `${alarm.AlarmName} is on: ${alarm.StateReason ?? 'without a reason'}`,
      runbookOf(alarm),
    ),
  );
};

const isMute = ({ ActionsEnabled, AlarmActions = [] }: MetricAlarm): boolean =>
  ActionsEnabled === false || AlarmActions.length === 0;

const judgeActions = (alarms: readonly MetricAlarm[], stage: Examined): Finding => {
  const mute = alarms.filter(isMute).map(({ AlarmName = '' }) => AlarmName);
  if (mute.length === 0) return ok('alarm-actions', 'every alarm has an action');
  const text = `${mute.length} of ${alarms.length} alarms tell nobody when they go on: ${mute.slice(0, 3).join(', ')}`;
  const enable = `aws cloudwatch enable-alarm-actions --alarm-names ${mute.join(' ')}`;
  return fail('alarm-actions', text, `${enable}; or ${deploy(stage)}`);
};

const judgeTopic = async (stage: Examined, topic: string, alarm: MetricAlarm): Promise<Finding> => {
  const answer = await asked(
    'sns:GetTopicAttributes',
    stage.clients.sns.send(new GetTopicAttributesCommand({ TopicArn: topic })),
  );
  if (!answer.ok && answer.code !== 'NotFound') return warn('alarm-topic', answer.why);
  const [, , , , account = ''] = topic.split(':');
  const policy = answer.ok ? (answer.value.Attributes?.Policy ?? '') : '';
  const may = letsCloudWatchPublish(policy, { account, alarmArn: alarm.AlarmArn ?? '' });
  if (may === true) return ok('alarm-topic', `CloudWatch may publish to ${topic}`);
  if (answer.ok && may === undefined) return warn('alarm-topic', `the policy of ${topic} cannot be read`);
  const text = answer.ok
    ? `the policy of ${topic} does not let CloudWatch publish: nobody is told of any alarm`
    : `the topic ${topic} is gone: nobody is told of any alarm`;
  return fail('alarm-topic', text, deploy(stage));
};

const subscriptionsOf = async (stage: Examined, TopicArn: string): Promise<readonly Subscription[]> => {
  const found: Subscription[] = [];
  for await (const page of paginateListSubscriptionsByTopic({ client: stage.clients.sns }, { TopicArn })) {
    found.push(...(page.Subscriptions ?? []));
  }
  return found;
};

const judgePerson = async (stage: Examined, topic: string): Promise<Finding> => {
  const answer = await asked('sns:ListSubscriptionsByTopic', subscriptionsOf(stage, topic));
  if (!answer.ok) return warn('alarm-person', answer.why);
  const confirmed = answer.value.filter(({ SubscriptionArn = '' }) => SubscriptionArn.startsWith('arn:'));
  const waiting = answer.value.filter((subscription) => !confirmed.includes(subscription));
  const who = (all: readonly Subscription[]) => all.map(({ Endpoint = '' }) => Endpoint).join(', ');
  const subscribe = `aws sns subscribe --topic-arn ${topic} --protocol email --notification-endpoint YOU@YOUR.SITE`;
  if (confirmed.length === 0 && waiting.length === 0) {
    return fail('alarm-person', `nobody is subscribed to ${topic}`, subscribe);
  }
  const confirm = `open AWS's mail "Subscription Confirmation" and follow its link; if it is lost: ${subscribe}`;
  if (confirmed.length === 0) return fail('alarm-person', `${who(waiting)} has not confirmed`, confirm);
  if (waiting.length > 0) {
    return warn('alarm-person', `${who(confirmed)} is told; ${who(waiting)} has not confirmed`, confirm);
  }
  return ok('alarm-person', `${who(confirmed)} is told`);
};

/** Follows the alarms to a person, and tries one. */
export const checkAlarms = async (stage: Examined): Promise<readonly Finding[]> => {
  const answer = await asked('cloudwatch:DescribeAlarms', alarmsOf(stage));
  if (!answer.ok) return [warn('alarms-on', answer.why)];
  const alarms = answer.value;
  const [first] = alarms;
  if (first === undefined) {
    return [
      fail(
        'alarms-on',
        `there is no alarm whose name begins with ${stackName(stage.config)}-`,
        deploy(stage),
      ),
    ];
  }
  const seen = [...judgeOn(alarms), judgeActions(alarms, stage)];
  const topics = [...new Set(alarms.flatMap(({ AlarmActions = [] }) => AlarmActions))].filter((arn) =>
    arn.includes(':sns:'),
  );
  if (topics.length === 0) {
    const why = 'no alarm tells a topic';
    return [
      ...seen,
      ...(['alarm-topic', 'alarm-person', 'alarm-test'] as const).map((kind) => skip(kind, why)),
    ];
  }
  const [ways, tried] = await Promise.all([
    Promise.all(topics.flatMap((topic) => [judgeTopic(stage, topic, first), judgePerson(stage, topic)])),
    testAlarm(
      stage,
      alarms.filter((alarm) => !isMute(alarm)),
    ),
  ]);
  return [...seen, ...ways, tried];
};
