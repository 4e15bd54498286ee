import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { workerDiskMbOf } from '../../core/settings/worker-disk.ts';
import { readEnvironment } from '../../runtime/run/environment.ts';
import { settled } from './settled.ts';
import { type Props, propertiesOf, STAGE, stackOf } from './stack-of.ts';

const dev = stackOf();
const functions = Object.values(propertiesOf(dev, 'AWS::Lambda::Function'));

const GIVEN = {
  network: {
    vpcId: 'vpc-0123abcd',
    placements: [
      { subnetId: 'subnet-0000000a', zone: 'eu-west-1a' },
      { subnetId: 'subnet-0000000b', zone: 'eu-west-1c' },
    ],
  },
};

/** What the workers function alone is told. */
const NUDGED = {
  AERIE_NUDGE_QUEUE: 'https://sqs.us-east-1.amazonaws.com/123456789012/aerie-dev-ticks',
  AERIE_TICK_SECONDS: 20,
};

const environmentOf = (template: ReturnType<typeof stackOf>, it: Props) =>
  readEnvironment(
    Object.fromEntries(
      Object.entries(it.Environment.Variables).map(([name, value]) => [name, settled(template, value)]),
    ),
  );

describe('the functions', () => {
  it('are five, on Node 24 and ARM, each with a role and a log of its own', () => {
    expect(functions.map((it) => it.FunctionName).sort()).toEqual([
      'aerie-dev-audit',
      'aerie-dev-events',
      'aerie-dev-pilots',
      'aerie-dev-settings',
      'aerie-dev-workers',
    ]);
    for (const it of functions) {
      expect(it).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        TracingConfig: { Mode: 'Active' },
      });
    }
    expect(new Set(functions.map((it) => JSON.stringify(it.Role))).size).toBe(5);
    expect(new Set(functions.map((it) => JSON.stringify(it.LoggingConfig))).size).toBe(5);
    dev.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  it('trust the authorities of a stage that names some, from a file beside the bundle', () => {
    const trusting = Object.values(propertiesOf(stackOf({ caFile: 'grid.pem' }), 'AWS::Lambda::Function'));
    for (const it of trusting) {
      expect(it.Environment.Variables.NODE_EXTRA_CA_CERTS).toBe('/var/task/ca.pem');
    }
    for (const it of functions) expect(it.Environment.Variables).not.toHaveProperty('NODE_EXTRA_CA_CERTS');
  });

  it.each(functions.map((it) => [it.FunctionName, it]))('give %s an environment it can read', (name, it) => {
    expect(environmentOf(dev, it)).toEqual({
      AERIE_STAGE: 'dev',
      AERIE_TABLE: 'aerie-dev-Ledger-1ABCDEF',
      AERIE_PANDA_URL: STAGE.pandaUrl,
      AERIE_ENDPOINT_URL: STAGE.endpointUrl,
      AERIE_TEMPLATE_ID: 'lt-0123456789abcdef0',
      AERIE_TEMPLATE_VERSION: '3',
      AERIE_PLACEMENTS: [
        { subnetId: 'subnet-00', zone: 'us-east-1a' },
        { subnetId: 'subnet-01', zone: 'us-east-1b' },
      ],
      AERIE_WORKER_DISK_MB: 75_040,
      AERIE_WORKER_VOLUMES_GB: 100,
      AERIE_WORKER_ADDRESS: 'public',
      AERIE_QUEUE_METRICS: 'on',
      ...(name === 'aerie-dev-workers' ? NUDGED : { AERIE_TICK_SECONDS: 60 }),
      AERIE_CLOUDS: {},
      AERIE_FLEETS: {},
      // Lambda itself says how much there is.
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: 512,
      AWS_REGION: 'us-east-1',
      AERIE_HTTP_TIMEOUT_SECONDS: 10,
    });
  });

  it('are told what a fleet is launched from that has something of its own', () => {
    const fleets = {
      default: { 'max-workers': 10 },
      gpu: { 'max-workers': 4, image: 'ami-00112233445566778', workerDiskGb: 250 },
      arm: { 'max-workers': 4, flavours: 'm7g.large', arm64Image: 'ami-00112233445566779' },
    };
    const template = stackOf({ fleets });
    const own = (disk: number, volumesGb: number) => ({
      id: 'lt-0123456789abcdef0',
      version: '3',
      diskMb: disk,
      volumesGb,
    });
    for (const it of Object.values(propertiesOf(template, 'AWS::Lambda::Function'))) {
      expect(environmentOf(template, it).AERIE_FLEETS).toEqual({
        gpu: own(workerDiskMbOf({ rootGb: 250, cvmfsQuotaMb: 10_000 }), 250),
        arm: { ...own(75_040, 100), arm64Image: 'ami-00112233445566779' },
      });
    }
  });

  it('are told the subnets that a site has given', () => {
    const template = stackOf(GIVEN);
    const [it] = Object.values(propertiesOf(template, 'AWS::Lambda::Function'));
    expect(it && environmentOf(template, it).AERIE_PLACEMENTS).toEqual(GIVEN.network.placements);
    template.resourceCountIs('AWS::EC2::VPC', 0);
  });

  it.each([
    ['aerie-dev-pilots', { MemorySize: 512, Timeout: 50 }],
    ['aerie-dev-workers', { MemorySize: 512, Timeout: 50 }],
    ['aerie-dev-audit', { MemorySize: 512, Timeout: 120 }],
    ['aerie-dev-events', { MemorySize: 256, ReservedConcurrentExecutions: Match.absent() }],
  ])('%s has what it needs and no more', (FunctionName, props) => {
    dev.hasResourceProperties('AWS::Lambda::Function', { FunctionName, ...props });
  });

  it('are told the tags of the site, for what they launch', () => {
    const template = stackOf({ tags: { CostCenter: '4711' } });
    const [it] = Object.values(propertiesOf(template, 'AWS::Lambda::Function'));
    expect(it && environmentOf(template, it).AERIE_TAGS).toEqual({ CostCenter: '4711' });
  });

  it('reserve an execution each for the ticks and the audit, where they are told to', () => {
    const template = stackOf({ reserveConcurrency: true });
    const reserved = Object.values(propertiesOf(template, 'AWS::Lambda::Function'))
      .filter((it) => it.ReservedConcurrentExecutions === 1)
      .map((it) => it.FunctionName);
    expect(reserved.sort()).toEqual(['aerie-dev-audit', 'aerie-dev-pilots', 'aerie-dev-workers']);
  });
});

describe('what calls the functions', () => {
  it('is a timer for each tick, once a minute, for the audit and for the settings; never again for the same moment', () => {
    const once = (seconds: number) => ({ MaximumEventAgeInSeconds: seconds, MaximumRetryAttempts: 0 });
    const timers = Object.values(propertiesOf(dev, 'AWS::Events::Rule')).filter(
      (it) => it.ScheduleExpression,
    );
    const timer = (ScheduleExpression: string, seconds: number) => ({
      ScheduleExpression,
      State: 'ENABLED',
      Targets: expect.arrayContaining([expect.objectContaining({ RetryPolicy: once(seconds) })]),
    });
    expect(timers.sort((a, b) => (a.ScheduleExpression < b.ScheduleExpression ? -1 : 1))).toMatchObject([
      timer('rate(1 minute)', 60),
      timer('rate(1 minute)', 60),
      timer('rate(10 minutes)', 600),
      timer('rate(5 minutes)', 300),
    ]);
    const invoked = Object.values(propertiesOf(dev, 'AWS::Lambda::EventInvokeConfig'));
    expect(invoked.sort((a, b) => a.MaximumEventAgeInSeconds - b.MaximumEventAgeInSeconds)).toMatchObject([
      once(60),
      once(60),
      once(300),
      once(600),
    ]);
  });

  it('gives the ticks and the audit the memory that the stage says, and the settings function half of it', () => {
    const functions = stackOf({ tickMemoryMb: 1_769 }).findResources('AWS::Lambda::Function');
    const memory = Object.values(functions)
      .map(({ Properties: { FunctionName, MemorySize } }) => `${FunctionName} ${MemorySize}`)
      .filter((line) => line.startsWith('aerie-'));
    expect(memory.toSorted()).toEqual([
      ...['aerie-dev-audit 1769', 'aerie-dev-events 256', 'aerie-dev-pilots 1769'],
      ...['aerie-dev-settings 885', 'aerie-dev-workers 1769'],
    ]);
  });

  it.each([
    [20, [20, 40]],
    [30, [30]],
    [60, []],
  ] as const)(
    'is, each %i s, also what the rule of the minute has put into queues that delay',
    (tickSeconds, after) => {
      const template = stackOf({ tickSeconds, nudges: false });
      const delays = Object.values(propertiesOf(template, 'AWS::SQS::Queue')).filter(
        (it) => it.DelaySeconds > 0,
      );
      expect(delays.map((it) => it.DelaySeconds).sort()).toEqual(after);
      const sent = Object.values(propertiesOf(template, 'AWS::Events::Rule'))
        .flatMap((it) => it.Targets)
        .filter((target) => target.InputTransformer !== undefined);
      expect(sent.map((target) => target.InputTransformer)).toEqual(
        after.map((seconds) => ({
          InputPathsMap: { time: '$.time' },
          InputTemplate: `{"time":<time>,"afterSeconds":${seconds}}`,
        })),
      );
      const read = Object.values(propertiesOf(template, 'AWS::Lambda::EventSourceMapping')).filter(
        (it) => it.BatchSize === 1,
      );
      expect(read).toHaveLength(after.length);
      for (const it of read) expect(JSON.stringify(it.FunctionName)).toContain('Launcher');
    },
  );

  it.each([
    [20, 20],
    [30, 30],
    [60, 0],
  ] as const)('is, each %i s, a nudge through the queue that delays by %i s', (tickSeconds, delay) => {
    const nudged = stackOf({ tickSeconds });
    const workers = Object.values(propertiesOf(nudged, 'AWS::Lambda::Function')).find(
      (it) => it.FunctionName === 'aerie-dev-workers',
    );
    const { AERIE_NUDGE_QUEUE, AERIE_TICK_SECONDS } = workers?.Environment.Variables ?? {};
    expect(AERIE_TICK_SECONDS).toBe(String(tickSeconds));
    const queue = AERIE_NUDGE_QUEUE.Ref;
    expect(propertiesOf(nudged, 'AWS::SQS::Queue')[queue]?.DelaySeconds).toBe(delay);
    const read = Object.values(propertiesOf(nudged, 'AWS::Lambda::EventSourceMapping'));
    expect(read.map((it) => it.EventSourceArn['Fn::GetAtt'][0])).toContain(queue);
  });

  it('is no nudge where the stage wants none: nobody may send', () => {
    const still = stackOf({ nudges: false });
    expect(JSON.stringify(still.toJSON())).not.toContain('AERIE_NUDGE_QUEUE');
    const policies = Object.values(propertiesOf(still, 'AWS::IAM::Policy'));
    expect(JSON.stringify(policies)).not.toContain('sqs:SendMessage');
  });

  it('is no later tick a second time: it is gone before it could come', () => {
    const delays = Object.values(propertiesOf(dev, 'AWS::SQS::Queue')).filter((it) => it.DelaySeconds > 0);
    for (const it of delays) {
      expect(it).toMatchObject({ MessageRetentionPeriod: 120, SqsManagedSseEnabled: true });
      expect(it.VisibilityTimeout).toBeGreaterThan(it.MessageRetentionPeriod);
      expect(it).not.toHaveProperty('RedrivePolicy');
    }
  });

  it('may put a later tick into its queue as the rule of this very timer only', () => {
    const rules = dev.findResources('AWS::Events::Rule');
    const delayed = Object.entries(propertiesOf(dev, 'AWS::SQS::Queue')).filter(
      ([, it]) => it.DelaySeconds > 0,
    );
    for (const [id] of delayed) {
      const policy = Object.values(propertiesOf(dev, 'AWS::SQS::QueuePolicy')).find((it) =>
        it.Queues.some((queue: Props) => queue.Ref === id),
      );
      const allowed = policy?.PolicyDocument.Statement.filter(({ Effect }: Props) => Effect === 'Allow');
      expect(allowed).toHaveLength(1);
      expect(allowed[0]).toMatchObject({
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [expect.any(String), 'Arn'] } } },
      });
      const [source] = allowed[0].Condition.ArnEquals['aws:SourceArn']['Fn::GetAtt'];
      expect(rules[source]?.Properties.ScheduleExpression).toBe('rate(1 minute)');
    }
  });

  it.each([
    'EC2 Instance State-change Notification',
    'EC2 Spot Instance Interruption Warning',
    'EC2 Instance Rebalance Recommendation',
  ])('is EC2, with an %s, whatever it says', (detailType) => {
    dev.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.ec2'],
        'detail-type': Match.arrayWith([detailType]),
        detail: Match.absent(),
      },
      Targets: [{ DeadLetterConfig: Match.anyValue() }],
    });
  });

  it('is Parameter Store, with a change of a setting of this stage', () => {
    dev.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.ssm'],
        'detail-type': ['Parameter Store Change'],
        detail: { name: [{ prefix: '/aerie/dev/queues/' }, { prefix: '/aerie/dev/fleets/' }] },
      },
      Targets: [{ DeadLetterConfig: Match.anyValue() }],
    });
  });

  it('is a queue in between: batches come, failures come back one by one and are kept in the end', () => {
    dev.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumBatchingWindowInSeconds: 1,
    });
    dev.hasResourceProperties('AWS::SQS::Queue', { RedrivePolicy: { maxReceiveCount: 30 } });
    dev.hasResourceProperties('AWS::Lambda::EventSourceMapping', { MaximumBatchingWindowInSeconds: 2 });
    dev.resourceCountIs('AWS::SQS::Queue', 6);
  });

  it('is refused without TLS by every queue', () => {
    const policies = Object.values(propertiesOf(dev, 'AWS::SQS::QueuePolicy'));
    const refusing = policies.filter((it) =>
      it.PolicyDocument.Statement.some(
        (statement: Props) =>
          statement.Effect === 'Deny' && statement.Condition.Bool['aws:SecureTransport'] === 'false',
      ),
    );
    expect(refusing).toHaveLength(6);
  });
});

describe('a stage without PanDA', () => {
  const template = stackOf({ pandaUrl: undefined, queues: {}, fleets: { default: { 'max-workers': 20 } } });

  it('has no function that submits pilots, and no timer, alarm or graph of one', () => {
    const names = Object.values(propertiesOf(template, 'AWS::Lambda::Function')).map((it) => it.FunctionName);
    expect(names.sort()).toEqual(
      ['audit', 'events', 'settings', 'workers'].map((name) => `aerie-dev-${name}`),
    );
    const timers = Object.values(propertiesOf(template, 'AWS::Events::Rule')).filter(
      (it) => it.ScheduleExpression === 'rate(1 minute)',
    );
    expect(timers).toHaveLength(1);
    const alarms = Object.values(propertiesOf(template, 'AWS::CloudWatch::Alarm'));
    expect(alarms.filter((it) => it.AlarmName.endsWith('-pilots'))).toEqual([]);
    expect(alarms.map((it) => it.AlarmName)).toContain('aerie-dev-facts-stale-workers');
    expect(JSON.stringify(propertiesOf(template, 'AWS::CloudWatch::Dashboard'))).not.toContain('pilots');
  });

  it('gives its functions an environment that names none', () => {
    for (const it of Object.values(propertiesOf(template, 'AWS::Lambda::Function'))) {
      expect(environmentOf(template, it)).not.toHaveProperty('AERIE_PANDA_URL');
    }
  });
});

describe('the ledger', () => {
  it('forgets by itself, is paid by use, and can be put back to any moment', () => {
    dev.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it.each([
    [{}, 'Retain', true],
    [{ retain: true }, 'Retain', true],
    [{ retain: false }, 'Delete', false],
  ])('of a stage with %j meets the end of its stack with: %s', (block, DeletionPolicy, isProtected) => {
    const template = stackOf(block);
    template.hasResource('AWS::DynamoDB::Table', { DeletionPolicy });
    template.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: isProtected });
  });
});

it('says how it can be looked at, in each partition', () => {
  expect(JSON.stringify(dev.toJSON().Outputs)).toContain('{"Fn::FindInMap":["DashboardConsoles');
  expect(JSON.stringify(dev.findMappings('*'))).toContain('console.amazonaws-us-gov.com');
});

it('has no parameter for the version of the bootstrap, which updates could not find again', () => {
  expect(dev.toJSON()).not.toHaveProperty('Parameters.BootstrapVersion');
  expect(dev.toJSON()).not.toHaveProperty('Rules');
});
