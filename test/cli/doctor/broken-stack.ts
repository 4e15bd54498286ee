import { answers, type Breakage, refuses } from './breakages.ts';
import {
  ALARM,
  ALARMS,
  alarm,
  GOOD,
  item,
  ledger,
  metricData,
  NOW,
  READ,
  stack,
  TOPIC,
  TOPIC_POLICY,
} from './well-account.ts';

const alarms = (...all: readonly object[]) => ({
  'cloudwatch:DescribeAlarms': () => ({ MetricAlarms: all }),
});
const topic = (policy: object) => ({
  'sns:GetTopicAttributes': () => ({
    Attributes: { entry: { key: 'Policy', value: JSON.stringify(policy) } },
  }),
});
const subscribed = (...all: readonly object[]) => ({
  'sns:ListSubscriptionsByTopic': () => ({ Subscriptions: all }),
});
const settings = (...items: readonly object[]) => ({
  'dynamodb:Query': ledger({ settings: items, live: [] }),
});
const PENDING = { SubscriptionArn: 'PendingConfirmation', Protocol: 'email', Endpoint: 'grid@physics.site' };

const OPEN_LAUNCH = {
  pk: { S: 'live' },
  sk: { S: 'launch#CLOUD.1.0' },
  createdAt: { N: String(NOW - 1800) },
  offers: { M: { cpus: { N: '2' }, memoryMb: { N: '7000' }, diskMb: { N: '80000' }, gpus: { N: '0' } } },
  request: {
    M: {
      launchId: { S: 'CLOUD.1.0' },
      queue: { S: 'CLOUD' },
      clientToken: { S: 'token' },
      template: { M: { id: { S: 'lt-1' }, version: { S: '1' } } },
      market: { S: 'on-demand' },
      count: { N: '1' },
      overrides: { L: [] },
      tags: { M: {} },
    },
  },
};

/** What can be wrong once a stage is deployed. */
export const BROKEN_STACK: readonly Breakage[] = [
  {
    what: 'a first deploy that failed',
    break: (world) =>
      answers(world, {
        'cloudformation:DescribeStacks': () => stack({ StackStatus: 'ROLLBACK_COMPLETE' }),
      }),
    kind: 'stack',
    level: 'FAIL',
    says: /aerie-prod is ROLLBACK_COMPLETE; the first deploy failed/,
    fix: /describe-stack-events .*; aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name aerie-prod; npx cdk destroy -c stage=prod$/,
  },
  {
    what: 'an update that was taken back',
    break: (world) =>
      answers(world, {
        'cloudformation:DescribeStacks': () =>
          stack({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE', StackStatusReason: 'it failed' }),
      }),
    kind: 'stack',
    level: 'warn',
    says: /UPDATE_ROLLBACK_COMPLETE: it failed: the last deploy failed and was taken back/,
    fix: /describe-stack-events/,
  },
  {
    what: 'a launcher that an organisation keeps from launching',
    break: (world) =>
      answers(world, {
        'iam:SimulatePrincipalPolicy': ({ params }) => ({
          EvaluationResults: [
            String(params['ActionNames.member.1']) === 'iam:PassRole'
              ? {
                  EvalActionName: 'x',
                  EvalDecision: 'implicitDeny',
                  OrganizationsDecisionDetail: { AllowedByOrganizations: false },
                }
              : { EvalActionName: 'x', EvalDecision: 'allowed' },
          ],
        }),
      }),
    kind: 'launcher-rights',
    level: 'FAIL',
    says: /may not iam:PassRole on arn:aws:iam::123456789012:role\/aerie-prod-worker: denied by a policy of the organisation/,
    fix: /organisation/,
  },
  {
    what: 'no tick of the workers',
    break: (world) =>
      answers(world, {
        'cloudwatch:GetMetricData': metricData((name, of) => (name === 'Ticks' && of === 'pilots' ? 5 : 0)),
      }),
    kind: 'ticks',
    level: 'FAIL',
    says: /no tick of workers went well to its end in the last 5 minutes/,
    fix: /aws logs tail \/aerie\/prod\/workers .*#ticks-missing/,
  },
  {
    what: 'no tick yet, of a stack that was deployed a minute ago',
    break: (world) =>
      answers(world, {
        'cloudwatch:GetMetricData': metricData(() => 0),
        'cloudformation:DescribeStacks': () =>
          stack({ LastUpdatedTime: new Date((NOW - 60) * 1000).toISOString() }),
      }),
    kind: 'ticks',
    level: 'warn',
    says: /the stack is younger than that/,
    fix: /in five minutes/,
  },
  {
    what: 'a function that fails',
    break: (world) =>
      answers(world, {
        'cloudwatch:GetMetricData': metricData((name, of) => {
          if (name === 'Ticks') return 3;
          return name === 'Errors' && of === 'aerie-prod-audit' ? 2 : 0;
        }),
      }),
    kind: 'function-errors',
    level: 'warn',
    says: /audit failed 2 times in the last 15 minutes/,
    fix: /aws logs tail \/aerie\/prod\/audit/,
  },
  {
    what: 'an alarm that is on',
    break: (world) =>
      answers(
        world,
        alarms(
          alarm('aerie-prod-never-joined-workers', { StateValue: 'ALARM', StateReason: '3 of 3' }),
          alarm(ALARM),
        ),
      ),
    kind: 'alarms-on',
    level: 'warn',
    says: /aerie-prod-never-joined-workers is on: 3 of 3/,
    fix: /docs\/runbooks\/workers\.md#never-joined/,
  },
  {
    what: 'alarms that are gone',
    break: (world) => answers(world, alarms()),
    kind: 'alarms-on',
    level: 'FAIL',
    says: /no alarm whose name begins with aerie-prod-/,
    fix: /npx cdk deploy -c stage=prod/,
  },
  {
    what: 'an alarm that tells nobody',
    break: (world) =>
      answers(world, alarms(...ALARMS, alarm('aerie-prod-x-workers', { ActionsEnabled: false }))),
    kind: 'alarm-actions',
    level: 'FAIL',
    says: /1 of 3 alarms tell nobody when they go on: aerie-prod-x-workers/,
    fix: /enable-alarm-actions --alarm-names aerie-prod-x-workers/,
  },
  {
    what: 'a topic whose policy only denies',
    break: (world) => answers(world, topic({ Statement: TOPIC_POLICY.Statement.slice(0, 1) })),
    kind: 'alarm-topic',
    level: 'FAIL',
    says: /does not let CloudWatch publish: nobody is told of any alarm/,
    fix: /npx cdk deploy/,
  },
  {
    what: 'a topic that is gone',
    break: (world) => refuses(world, 'sns:GetTopicAttributes', 'NotFound', 'Topic does not exist', 404),
    kind: 'alarm-topic',
    level: 'FAIL',
    says: /is gone: nobody is told/,
    fix: /npx cdk deploy/,
  },
  {
    what: 'nobody who is subscribed',
    break: (world) => answers(world, subscribed()),
    kind: 'alarm-person',
    level: 'FAIL',
    says: /nobody is subscribed/,
    fix: new RegExp(`aws sns subscribe --topic-arn ${TOPIC}`),
  },
  {
    what: 'a mail that was never confirmed',
    break: (world) => answers(world, subscribed(PENDING)),
    kind: 'alarm-person',
    level: 'FAIL',
    says: /grid@physics\.site has not confirmed/,
    fix: /Subscription Confirmation/,
  },
  {
    what: 'an alarm whose message the topic does not take',
    break: (world) =>
      answers(world, {
        'cloudwatch:DescribeAlarmHistory': () => ({
          AlarmHistoryItems: [
            { AlarmName: ALARM, HistorySummary: 'Failed to execute action: not authorized' },
          ],
        }),
      }),
    kind: 'alarm-test',
    level: 'FAIL',
    says: /was set on, and: Failed to execute action: not authorized/,
    fix: /npx cdk deploy/,
  },
  {
    what: 'no right to set an alarm',
    break: (world) => refuses(world, 'cloudwatch:SetAlarmState', 'AccessDeniedException', 'no', 403),
    kind: 'alarm-test',
    level: 'warn',
    says: /cloudwatch:SetAlarmState was denied/,
  },
  {
    what: 'events that were given up',
    break: (world) =>
      answers(world, {
        'sqs:GetQueueAttributes': ({ params }) => ({
          Attributes: String(params.QueueUrl).endsWith('-failed')
            ? { ApproximateNumberOfMessages: '4' }
            : {
                RedrivePolicy: JSON.stringify({
                  deadLetterTargetArn: String(params.QueueUrl).includes('events')
                    ? 'arn:aws:sqs:eu-west-1:123456789012:events-failed'
                    : 'arn:aws:sqs:eu-west-1:123456789012:none',
                }),
              },
        }),
      }),
    kind: 'dead-letters',
    level: 'warn',
    says: /4 events were given up by events/,
    fix: /npm run dead-letters -- --stage prod/,
  },
  {
    what: 'a setting that cannot be used',
    break: (world) => {
      const bad = [{ M: { knob: { S: 'cpus' }, why: { S: 'is "many"; expected a number' } } }];
      answers(world, settings(READ, { ...GOOD, bad: { L: bad } }));
    },
    kind: 'settings',
    level: 'FAIL',
    says: /queue CLOUD: cpus is "many"; expected a number; its last good settings are used/,
    fix: /put-parameter --overwrite --type String --name \/aerie\/prod\/queues\/CLOUD\/cpus/,
  },
  {
    what: 'a setting of a fleet that cannot be used and never could',
    break: (world) => {
      const bad = [{ M: { knob: { S: 'market' }, why: { S: 'is "cheap"; expected on-demand' } } }];
      const fleet = { fleet: { S: 'gpu' }, readAt: { N: String(NOW - 120) }, bad: { L: bad } };
      answers(world, settings(READ, GOOD, item('fleet#gpu', fleet)));
    },
    kind: 'settings',
    level: 'FAIL',
    says: /fleet gpu: market is "cheap"; expected on-demand; the fleet holds/,
    fix: /put-parameter --overwrite --type String --name \/aerie\/prod\/fleets\/gpu\/market/,
  },
  {
    what: 'settings that were last read two hours ago',
    break: (world) => {
      const at = { N: String(NOW - 7200) };
      answers(world, settings(item('read', { completeAt: at, readAt: at, fleets: { BOOL: true } }), GOOD));
    },
    kind: 'settings',
    level: 'FAIL',
    says: /last compared with SSM 7200 s ago/,
    fix: /#settings-unread/,
  },
  {
    what: 'settings that a version from before there were fleets has read',
    break: (world) => {
      const at = { N: String(NOW - 120) };
      answers(world, settings(item('read', { completeAt: at, readAt: at }), GOOD));
    },
    kind: 'settings',
    level: 'warn',
    says: /were read by a version that knew no fleets.*everything holds/,
  },
  {
    what: 'a launch that nobody has closed',
    break: (world) =>
      answers(world, { 'dynamodb:Query': ledger({ settings: [READ, GOOD], live: [OPEN_LAUNCH] }) }),
    kind: 'open-launches',
    level: 'warn',
    says: /launch CLOUD\.1\.0 has been open for 30 minutes/,
    fix: /#a-failed-tick/,
  },
  {
    what: 'an item of the ledger that a newer version has written',
    break: (world) => {
      const newer = { ...OPEN_LAUNCH, v: { N: '99' } };
      answers(world, { 'dynamodb:Query': ledger({ settings: [READ, GOOD], live: [newer] }) });
    },
    kind: 'open-launches',
    level: 'FAIL',
    says: /launch#CLOUD\.1\.0 is of version 99, and this code reads up to 3: deploy the newer one/,
    fix: /0028-ledger-schema/,
  },
];
