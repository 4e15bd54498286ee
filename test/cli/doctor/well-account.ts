import type { Answers, Call } from './aws-stand-in.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'eu-west-1';
export const STAGE = 'prod';
export const IMAGE = 'ami-0123456789abcdef0';
export const VPC = 'vpc-0123456789abcdef0';
export const SECURITY_GROUP = 'sg-0123456789abcdef0';
export const SUBNETS = [
  { subnetId: 'subnet-0aaaaaaaaaaaaaaa1', zone: 'eu-west-1a' },
  { subnetId: 'subnet-0bbbbbbbbbbbbbbb2', zone: 'eu-west-1b' },
] as const;
export const SECRET = 'a-secret-of-more-than-thirty-two-characters';
export const NOW = Date.parse('2027-03-01T12:00:00Z') / 1000;
export const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:aerie-prod-topic`;
export const ALARM = 'aerie-prod-budget-near-workers';

const arn = (service: string, what: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${what}`;
const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

/** The only parameters that are there: what a name holds. */
export interface Kept {
  readonly Type: string;
  readonly Value: string;
  readonly KeyId?: string;
}
export const PARAMETERS: Readonly<Record<string, Kept>> = {
  '/cdk-bootstrap/hnb659fds/version': { Type: 'String', Value: '30' },
  [`/aerie/${STAGE}/endpoint/secret`]: { Type: 'SecureString', Value: SECRET, KeyId: 'alias/aws/ssm' },
  [`/aerie/${STAGE}/queues/CLOUD/state`]: { Type: 'String', Value: 'active' },
};

/** Parameter Store over some parameters. */
export const parameterStore = (parameters: Readonly<Record<string, Kept>>): Answers => ({
  'ssm:GetParameter': ({ params: { Name } }) => {
    const kept = parameters[String(Name)];
    if (kept === undefined) return { refused: 'ParameterNotFound', message: '' };
    return { Parameter: { Name, Type: kept.Type, Value: kept.Value } };
  },
  'ssm:DescribeParameters': () => ({
    Parameters: Object.entries(parameters)
      .filter(([, { KeyId }]) => KeyId !== undefined)
      .map(([Name, { Type, KeyId }]) => ({ Name, Type, KeyId })),
  }),
  'ssm:GetParametersByPath': ({ params: { Path } }) => ({
    Parameters: Object.entries(parameters)
      .filter(([name]) => name.startsWith(`${String(Path)}/`))
      .map(([Name, { Type, Value }]) => ({ Name, Type, Value })),
  }),
});

/** EC2's own words for an instance type. */
export const instanceType = (name: string, cpus: number, memoryMb: number, more: object = {}) => ({
  instanceType: name,
  hypervisor: 'nitro',
  processorInfo: { supportedArchitectures: ['x86_64'] },
  vCpuInfo: { defaultVCpus: cpus },
  memoryInfo: { sizeInMiB: memoryMb },
  ...more,
});
/** Instance types that a region has. */
export const types = (...all: readonly object[]) => ({
  'ec2:DescribeInstanceTypes': () => ({ instanceTypeSet: all }),
});
/** Which of them are offered in which zone. */
export const offered = (...all: readonly (readonly [string, string])[]) => ({
  'ec2:DescribeInstanceTypeOfferings': () => ({
    instanceTypeOfferingSet: all.map(([type, zone]) => ({ instanceType: type, location: zone })),
  }),
});

export const TYPES = [instanceType('m6i.large', 2, 8192), instanceType('m6a.large', 2, 8192)];

export const subnet = ({ subnetId, zone }: (typeof SUBNETS)[number], more: object = {}) => ({
  subnetId,
  vpcId: VPC,
  availabilityZone: zone,
  availableIpAddressCount: 4000,
  mapPublicIpOnLaunch: true,
  ...more,
});

export const routeTable = (...routes: readonly object[]) => ({
  routeTableId: 'rtb-1',
  vpcId: VPC,
  associationSet: [{ main: true, routeTableId: 'rtb-1' }],
  routeSet: [{ destinationCidrBlock: '10.0.0.0/16', gatewayId: 'local', state: 'active' }, ...routes],
});
export const WAY_OUT = { destinationCidrBlock: '0.0.0.0/0', gatewayId: 'igw-1', state: 'active' };

export const image = (more: object = {}) => ({
  imageId: IMAGE,
  imageState: 'available',
  imageOwnerId: '136693071363',
  name: 'debian-13-amd64',
  architecture: 'x86_64',
  rootDeviceName: '/dev/xvda',
  rootDeviceType: 'ebs',
  enaSupport: true,
  bootMode: 'uefi-preferred',
  blockDeviceMapping: [{ deviceName: '/dev/xvda', ebs: { volumeSize: 8 } }],
  ...more,
});

export const alarm = (name: string, more: object = {}) => ({
  AlarmName: name,
  AlarmArn: arn('cloudwatch', `alarm:${name}`),
  AlarmDescription: `What it means. Runbook: docs/runbooks/workers.md#${name.replace(/^aerie-prod-|-workers$/g, '')}`,
  ActionsEnabled: true,
  AlarmActions: [TOPIC],
  StateValue: 'OK',
  ...more,
});
export const ALARMS = [alarm('aerie-prod-ticks-missing-workers'), alarm(ALARM)];

export const TOPIC_POLICY = {
  Statement: [
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 'sns:Publish',
      Resource: TOPIC,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: TOPIC,
      Condition: { ArnLike: { 'aws:SourceArn': arn('cloudwatch', 'alarm:aerie-prod-*') } },
    },
  ],
};

export const stack = (more: object = {}) => ({
  Stacks: [
    {
      StackName: `aerie-${STAGE}`,
      StackStatus: 'UPDATE_COMPLETE',
      CreationTime: iso(NOW - 86_400),
      LastUpdatedTime: iso(NOW - 3600),
      ...more,
    },
  ],
});
const RESOURCES = [
  {
    LogicalResourceId: 'WorkersOutboundOnly0A1B2C3D',
    ResourceType: 'AWS::EC2::SecurityGroup',
    PhysicalResourceId: SECURITY_GROUP,
    ResourceStatus: 'CREATE_COMPLETE',
    LastUpdatedTimestamp: iso(NOW - 3600),
  },
  {
    LogicalResourceId: 'State',
    ResourceType: 'AWS::SSM::Parameter',
    PhysicalResourceId: `/aerie/${STAGE}/queues/CLOUD/state`,
    ResourceStatus: 'CREATE_COMPLETE',
    LastUpdatedTimestamp: iso(NOW - 3600),
  },
];

/** What CloudWatch has of each metric in each minute: of some by name, of all others nothing. */
export const metricData =
  (perMinute: (name: string, of: string) => number) =>
  ({ params }: Call) => {
    const queries = Array.isArray(params.MetricDataQueries) ? params.MetricDataQueries : [];
    return {
      MetricDataResults: queries.map(({ Id, MetricStat: { Metric } }) => ({
        Id,
        Values: [perMinute(Metric.MetricName, Metric.Dimensions[0].Value)],
        Timestamps: [NOW - 60],
        StatusCode: 'Complete',
      })),
    };
  };

const s = (text: string) => ({ S: text });
const n = (number: number) => ({ N: String(number) });
export const item = (sk: string, more: object) => ({ pk: s('settings'), sk: s(sk), ...more });
export const READ = item('read', { completeAt: n(NOW - 120), readAt: n(NOW - 120), fleets: { BOOL: true } });
export const GOOD = item('queue#CLOUD', {
  queue: s('CLOUD'),
  readAt: n(NOW - 120),
  good: { M: { state: s('active') } },
});

/** The ledger's partitions as DynamoDB holds them. */
export const ledger =
  (partitions: Readonly<Record<string, readonly object[]>>) =>
  ({ params }: Call) => {
    const asked = JSON.stringify(params.ExpressionAttributeValues);
    const [, items = []] = Object.entries(partitions).find(([pk]) => asked.includes(`"${pk}"`)) ?? [];
    return { Items: items, Count: items.length, ScannedCount: items.length };
  };

/** The deployed launcher, with what more it finds in its environment. */
export const launcher = (more: Readonly<Record<string, string>> = {}) => ({
  FunctionName: `aerie-${STAGE}-workers`,
  Role: `arn:aws:iam::${ACCOUNT}:role/launcher`,
  Environment: {
    Variables: {
      AERIE_TABLE: 'ledger',
      AERIE_TEMPLATE_ID: 'lt-1',
      AERIE_TEMPLATE_VERSION: '1',
      AERIE_PLACEMENTS: SUBNETS.map(({ subnetId, zone }) => `${subnetId}=${zone}`).join(','),
      ...more,
    },
  },
});

/** An account in which a stage is deployed and all is well. */
export const wellAccount = (): Answers => ({
  ...parameterStore(PARAMETERS),
  'sts:GetCallerIdentity': () => ({
    Account: ACCOUNT,
    Arn: `arn:aws:iam::${ACCOUNT}:user/admin`,
    UserId: 'AIDA',
  }),
  'lambda:GetAccountSettings': () => ({
    AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 997 },
  }),
  'lambda:GetFunctionConfiguration': () => launcher(),
  'lambda:ListEventSourceMappings': ({ params }) => ({
    EventSourceMappings: [{ EventSourceArn: arn('sqs', `${String(params.FunctionName)}-queue`) }],
  }),
  'sqs:GetQueueUrl': ({ params }) => ({ QueueUrl: `https://sqs/${String(params.QueueName)}` }),
  'sqs:GetQueueAttributes': ({ params }) => ({
    Attributes: String(params.QueueUrl).endsWith('-failed')
      ? { ApproximateNumberOfMessages: '0' }
      : { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('sqs', 'queue-failed') }) },
  }),
  /** Of a quota that was never changed, AWS knows the default only. */
  'servicequotas:GetServiceQuota': ({ params }) =>
    params.QuotaCode === 'L-7A658B76'
      ? { refused: 'NoSuchResourceException', message: 'no applied value' }
      : { Quota: { Value: 256 } },
  'servicequotas:GetAWSDefaultServiceQuota': () => ({ Quota: { Value: 50 } }),
  'ec2:DescribeAvailabilityZones': () => ({
    availabilityZoneInfo: SUBNETS.map(({ zone }) => ({ zoneName: zone })),
  }),
  ...types(...TYPES),
  ...offered(...TYPES.flatMap((type) => SUBNETS.map(({ zone }) => [type.instanceType, zone] as const))),
  'ec2:DescribeImages': () => ({ imagesSet: [image()] }),
  'ec2:GetEbsDefaultKmsKeyId': () => ({ kmsKeyId: 'alias/aws/ebs' }),
  'ec2:DescribeSubnets': () => ({ subnetSet: SUBNETS.map((one) => subnet(one)) }),
  'ec2:DescribeRouteTables': () => ({ routeTableSet: [routeTable(WAY_OUT)] }),
  'ec2:RunInstances': () => ({ refused: 'DryRunOperation', message: 'would have succeeded', status: 412 }),
  'ec2:CreateFleet': () => ({ refused: 'DryRunOperation', message: 'would have succeeded', status: 412 }),
  'iam:GetRole': () => ({
    Role: { RoleName: 'AWSServiceRoleForEC2Spot', Arn: 'arn', Path: '/', RoleId: 'A' },
  }),
  'iam:SimulatePrincipalPolicy': () => ({
    EvaluationResults: [{ EvalActionName: 'x', EvalDecision: 'allowed' }],
  }),
  'cloudformation:DescribeStacks': () => stack(),
  'cloudformation:ListStackResources': () => ({ StackResourceSummaries: RESOURCES }),
  'cloudwatch:GetMetricData': metricData((name) => (name === 'Ticks' ? 3 : 0)),
  'cloudwatch:DescribeAlarms': () => ({ MetricAlarms: ALARMS }),
  'cloudwatch:SetAlarmState': () => ({}),
  'cloudwatch:DescribeAlarmHistory': () => ({
    AlarmHistoryItems: [
      {
        AlarmName: ALARM,
        HistoryItemType: 'Action',
        HistorySummary: `Successfully executed action ${TOPIC}`,
      },
    ],
  }),
  'sns:GetTopicAttributes': () => ({
    Attributes: { entry: { key: 'Policy', value: JSON.stringify(TOPIC_POLICY) } },
  }),
  'sns:ListSubscriptionsByTopic': () => ({
    Subscriptions: [
      { SubscriptionArn: `${TOPIC}:1`, Protocol: 'email', Endpoint: 'grid@physics.site', TopicArn: TOPIC },
    ],
  }),
  'dynamodb:Query': ledger({ settings: [READ, GOOD], live: [] }),
});
