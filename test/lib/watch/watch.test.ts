import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { VERBS } from '../../../cli/verbs/verbs.ts';
import {
  dimensionsOf,
  METRIC_NAMES,
  METRICS,
  type Metric,
  NAMESPACE,
  perOf,
  type Service,
} from '../../../core/tell/metrics.ts';
import { ALARMS } from '../../../lib/watch/alarms.ts';
import { QUOTAS, type QuotaName, usageOf } from '../../../lib/watch/quotas.ts';
import { type Props, propertiesOf, stackOf } from '../stack-of.ts';

const template = stackOf({ alarmEmail: 'grid@example.org' }, 'prod');
const alarms = Object.values(propertiesOf(template, 'AWS::CloudWatch::Alarm'));
const named = alarms.map((alarm) => [String(alarm.AlarmName), alarm] as const);

const SERVICES: readonly Service[] = ['pilots', 'workers', 'audit', 'settings'];

const isQuota = (name: string): name is QuotaName => Object.hasOwn(QUOTAS, name);
const QUOTA_NAMES = Object.keys(QUOTAS).filter(isQuota);

/** The metric that an alarm watches: its own, or the one that its expression rests on. */
const watchedBy = (alarm: Props): Props =>
  alarm.Metrics === undefined
    ? alarm
    : alarm.Metrics.flatMap(({ MetricStat }: Props) => MetricStat?.Metric ?? [])[0];

const dimensionsIn = (alarm: Props): Props =>
  Object.fromEntries((watchedBy(alarm).Dimensions ?? []).map(({ Name, Value }: Props) => [Name, Value]));

/** What a metric of the stack is about, if it is one that exists: the name of a function or a queue of it. */
const isThere = (alarm: Props): boolean => {
  const dimensions = dimensionsIn(alarm);
  const { Namespace, MetricName } = watchedBy(alarm);
  switch (Namespace) {
    case NAMESPACE: {
      const metric: Metric | undefined = METRIC_NAMES.includes(MetricName)
        ? METRICS[MetricName as keyof typeof METRICS]
        : undefined;
      return (metric?.of ?? []).some(
        (service) => JSON.stringify(dimensionsOf(service, 'prod')) === JSON.stringify(dimensions),
      );
    }
    case 'AWS/Lambda':
      return (
        MetricName === 'Errors' &&
        dimensions.FunctionName.Ref in propertiesOf(template, 'AWS::Lambda::Function')
      );
    case 'AWS/SQS':
      return dimensions.QueueName['Fn::GetAtt'][0] in propertiesOf(template, 'AWS::SQS::Queue');
    case 'AWS/Usage':
      return QUOTA_NAMES.some((name) => isDeepStrictEqual(usageOf(name).dimensions, dimensions));
    default:
      return false;
  }
};

describe.each(named)('the alarm %s', (name, alarm) => {
  it('watches a metric that there is, over all queues', () => {
    expect(dimensionsIn(alarm)).not.toHaveProperty('Queue');
    // Dimensions are a set: CloudWatch does not care for their order.
    const ordered = {
      ...watchedBy(alarm),
      Dimensions: watchedBy(alarm).Dimensions.toSorted((a: Props, b: Props) => (a.Name > b.Name ? -1 : 1)),
    };
    expect(isThere(ordered), JSON.stringify(alarm)).toBe(true);
  });

  it('leads to a runbook', () => {
    const [, page, anchor] =
      /Runbook: docs\/runbooks\/(\w+)\.md#([a-z-]+)$/.exec(alarm.AlarmDescription) ?? [];
    expect(name).toContain(anchor ?? 'an anchor');
    expect(ALARMS).toHaveProperty([anchor ?? '', 'page'], page);
  });

  it('says in its mail how long it can wait and what to type first', () => {
    const [, verb = ''] =
      /(?:Look now|Look today|It can wait)\. First: aerie (\S+)(?: --lost)? --stage prod Runbook: /.exec(
        alarm.AlarmDescription,
      ) ?? [];
    expect([...Object.keys(VERBS), 'doctor', 'dead-letters']).toContain(verb);
  });

  it('tells the topic when it goes on and when it goes off', () => {
    const topic = [{ Ref: expect.stringMatching(/^WatchTopic/) }];
    expect(alarm).toMatchObject({ AlarmActions: topic, OKActions: topic });
  });

  it('says what a period without data means', () => {
    expect(['breaching', 'notBreaching']).toContain(alarm.TreatMissingData);
  });
});

it('a quota is watched as the share of it that is used, which CloudWatch works out without rights', () => {
  const shares = named.filter(([name]) => name.includes('-quota-near-'));
  expect(shares).toHaveLength(QUOTA_NAMES.length);
  for (const [, alarm] of shares) {
    expect(alarm).toMatchObject({ Threshold: 80, EvaluationPeriods: 2, DatapointsToAlarm: 2 });
    const [share, used] = alarm.Metrics;
    expect(share).toMatchObject({ Expression: '100 * used / SERVICE_QUOTA(used)' });
    expect(used).toMatchObject({
      Id: 'used',
      ReturnData: false,
      MetricStat: { Metric: { MetricName: 'ResourceCount' }, Period: 300, Stat: 'Maximum' },
    });
  }
});

it('there is one alarm for each metric that is watched', () => {
  const watched = Object.values(ALARMS).reduce((sum, { watches }) => sum + watches.length, 0);
  expect(alarms).toHaveLength(watched);
  expect(new Set(named.map(([name]) => name)).size).toBe(watched);
});

it('alarms go to whom the stage names', () => {
  template.hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'email',
    Endpoint: 'grid@example.org',
  });
  stackOf().resourceCountIs('AWS::SNS::Subscription', 0);
});

describe('the dashboard', () => {
  const [board] = Object.values(propertiesOf(template, 'AWS::CloudWatch::Dashboard'));
  const body = JSON.stringify(board?.DashboardBody);

  it('finds queues and fleets by searching, so that new ones need no deploy', () => {
    const searched = [...body.matchAll(/MetricName=\\+"(\w+)\\+"/g)].map(([, name]) => name);
    expect(searched.length).toBeGreaterThan(10);
    for (const name of searched) expect(METRIC_NAMES).toContain(name);
    for (const [, keys] of body.matchAll(/\{aerie,([\w,]+)\}/g)) {
      expect([
        'Queue,Stage,service',
        'Fleet,Stage,service',
        'Discrepancy,Stage,service',
        'Stage,service',
      ]).toContain(keys);
    }
  });

  it('searches each metric by the dimension under which it is emitted', () => {
    const searches = [...body.matchAll(/\{aerie,([\w,]+)\} .*?service=\\+"(\w+)\\+" MetricName=\\+"(\w+)/g)];
    expect(searches.length).toBeGreaterThan(10);
    for (const [, keys = '', service = '', name = ''] of searches) {
      const metric = METRIC_NAMES.find((known) => known === name);
      const emitter = SERVICES.find((known) => known === service);
      if (metric === undefined || emitter === undefined) throw new Error(`${service} ${name}`);
      expect(METRICS[metric].of, name).toContain(emitter);
      const per = perOf(METRICS[metric], emitter);
      const expected = Object.keys(dimensionsOf(emitter, 'dev', { per, value: 'x' })).sort();
      expect(keys.split(',').sort(), name).toEqual(expected);
    }
  });

  it('shows the alarms and the last decisions', () => {
    expect(body).toContain('"type\\":\\"alarm');
    expect(body).toMatch(/type\\":\\"log/);
  });
});

it('leads to where a stage says that its runbooks can be opened', () => {
  for (const runbookUrl of [
    'https://docs.t2.example.org/docs/runbooks',
    'https://docs.t2.example.org/docs/runbooks/',
  ]) {
    const alarms = Object.values(propertiesOf(stackOf({ runbookUrl }), 'AWS::CloudWatch::Alarm'));
    for (const { AlarmDescription } of alarms) {
      expect(AlarmDescription).toMatch(
        / Runbook: https:\/\/docs\.t2\.example\.org\/docs\/runbooks\/\w+\.html#[a-z-]+$/,
      );
    }
    expect(alarms.length).toBeGreaterThan(20);
  }
});
