import { describe, expect, it } from 'vitest';
import { ACCOUNT, type Call, idOf, isAllowed, REGION } from './simulated.ts';
import { propertiesOf, stackOf } from './stack-of.ts';

const template = stackOf();
const ec2 = (kind: string, account = ACCOUNT) => `arn:aws:ec2:${REGION}:${account}:${kind}`;
const ssm = (name: string) => `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${name}`;
const OURS = { 'aws:RequestTag/aerie:stage': 'dev', 'aws:TagKeys': 'aerie:stage' };
const TEMPLATE = { 'ec2:LaunchTemplate': ec2('launch-template/lt-0123456789abcdef0') };
const image = (id: string) => `arn:aws:ec2:${REGION}::image/${id}`;
const workersRole = `arn:aws:iam::${ACCOUNT}:role/${idOf(template, 'AWS::IAM::Role', 'WorkersRole')}`;
const FOREIGN = { 'ec2:LaunchTemplate': ec2('launch-template/lt-0fffffffffffffff0') };
const ledger = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${idOf(template, 'AWS::DynamoDB::Table', 'LedgerTable')}`;
const instance = ec2('instance/i-0123456789abcdef0');
const launcher = 'Launcher';

const call = (action: string, resource: string, context: Call['context'] = {}): Call => ({
  action,
  resource,
  context,
});

describe('what IAM would answer', () => {
  it.each<readonly [string, string, Call]>([
    ['launching workers', launcher, call('ec2:RunInstances', instance, { ...OURS, ...TEMPLATE })],
    ['a fleet of workers', launcher, call('ec2:CreateFleet', ec2('fleet/*'), OURS)],
    ['its instances', launcher, call('ec2:CreateFleet', instance, OURS)],
    ['our template', launcher, call('ec2:RunInstances', ec2('launch-template/lt-0123456789abcdef0'))],
    ['our subnet', launcher, call('ec2:RunInstances', ec2('subnet/subnet-00'))],
    ['our image', launcher, call('ec2:RunInstances', image('ami-0123456789abcdef0'), TEMPLATE)],
    [
      'the image before an update',
      launcher,
      call('ec2:RunInstances', image('ami-0aaaaaaaaaaaaaaa0'), TEMPLATE),
    ],
    [
      'tags at a launch',
      launcher,
      call('ec2:CreateTags', instance, { ...OURS, 'ec2:CreateAction': 'RunInstances' }),
    ],
    [
      'ending an instance of this stage',
      launcher,
      call('ec2:TerminateInstances', instance, { 'aws:ResourceTag/aerie:stage': 'dev' }),
    ],
    [
      'starting an instance of this stage',
      launcher,
      call('ec2:StartInstances', instance, { 'aws:ResourceTag/aerie:stage': 'dev' }),
    ],
    ...['InstanceInitiatedShutdownBehavior', 'instanceType'].map((attribute): [string, string, Call] => [
      `changing its ${attribute}`,
      launcher,
      call('ec2:ModifyInstanceAttribute', instance, {
        'aws:ResourceTag/aerie:stage': 'dev',
        'ec2:Attribute': attribute,
      }),
    ]),
    [
      'saying anew what it promises',
      launcher,
      call('ec2:CreateTags', instance, {
        'aws:ResourceTag/aerie:stage': 'dev',
        'aws:TagKeys': ['aerie:promised'],
      }),
    ],
    ['looking instances up', launcher, call('ec2:DescribeInstances', '*')],
    [
      'giving workers their role',
      launcher,
      call('iam:PassRole', workersRole, { 'iam:PassedToService': 'ec2.amazonaws.com' }),
    ],
    ['the secret of this stage', 'Pilots', call('ssm:GetParameter', ssm('/aerie/dev/endpoint/secret'))],
    ['the settings of this stage', 'Settings', call('ssm:GetParametersByPath', ssm('/aerie/dev/queues'))],
    ['those of its fleets', 'Settings', call('ssm:GetParametersByPath', ssm('/aerie/dev/fleets'))],
    ['the ledger', 'Events', call('dynamodb:PutItem', ledger)],
    [
      'keeping settings',
      'Settings',
      call('dynamodb:PutItem', ledger, { 'dynamodb:LeadingKeys': ['settings'] }),
    ],
  ])('allows %s', async (_, who, asked) => {
    expect(await isAllowed(template, who, asked)).toBe(true);
  });

  it.each<readonly [string, string, Call]>([
    ['ending a foreign instance', launcher, call('ec2:TerminateInstances', instance)],
    [
      'ending an instance of another stage',
      launcher,
      call('ec2:TerminateInstances', instance, { 'aws:ResourceTag/aerie:stage': 'prod' }),
    ],
    ['starting a foreign instance', launcher, call('ec2:StartInstances', instance)],
    [
      'letting an instance of another stage stop',
      launcher,
      call('ec2:ModifyInstanceAttribute', instance, {
        'aws:ResourceTag/aerie:stage': 'prod',
        'ec2:Attribute': 'InstanceInitiatedShutdownBehavior',
      }),
    ],
    [
      'giving an instance of this stage other user data',
      launcher,
      call('ec2:ModifyInstanceAttribute', instance, {
        'aws:ResourceTag/aerie:stage': 'dev',
        'ec2:Attribute': 'UserData',
      }),
    ],
    [
      'giving an instance of this stage another fleet',
      launcher,
      call('ec2:CreateTags', instance, {
        'aws:ResourceTag/aerie:stage': 'dev',
        'aws:TagKeys': ['aerie:promised', 'aerie:fleet'],
      }),
    ],
    [
      'starting, for the audit',
      'Audit',
      call('ec2:StartInstances', instance, { 'aws:ResourceTag/aerie:stage': 'dev' }),
    ],
    ['launching without tags', launcher, call('ec2:RunInstances', instance, TEMPLATE)],
    [
      'launching with the tag of another stage',
      launcher,
      call('ec2:RunInstances', instance, { ...TEMPLATE, 'aws:RequestTag/aerie:stage': 'prod' }),
    ],
    ['a fleet without tags', launcher, call('ec2:CreateFleet', ec2('fleet/*'))],
    [
      'launching from another template',
      launcher,
      call('ec2:RunInstances', instance, { ...OURS, ...FOREIGN }),
    ],
    [
      'an image of another template',
      launcher,
      call('ec2:RunInstances', image('ami-0123456789abcdef0'), FOREIGN),
    ],
    ['another template', launcher, call('ec2:RunInstances', ec2('launch-template/lt-0fffffffffffffff0'))],
    ['a fleet from another template', launcher, call('ec2:CreateFleet', ec2('launch-template/lt-0fffffff'))],
    ['launching into another subnet', launcher, call('ec2:RunInstances', ec2('subnet/subnet-0fffffff'))],
    ['launching into another group', launcher, call('ec2:RunInstances', ec2('security-group/sg-0fffffff'))],
    ['tagging what is there', launcher, call('ec2:CreateTags', instance, OURS)],
    [
      'passing another role',
      launcher,
      call('iam:PassRole', `arn:aws:iam::${ACCOUNT}:role/Admin`, {
        'iam:PassedToService': 'ec2.amazonaws.com',
      }),
    ],
    [
      'passing the workers’ role to another service',
      launcher,
      call('iam:PassRole', workersRole, { 'iam:PassedToService': 'lambda.amazonaws.com' }),
    ],
    ['the settings of another stage', 'Settings', call('ssm:GetParametersByPath', ssm('/aerie/prod/queues'))],
    [
      'the settings of a stage whose name begins alike',
      'Settings',
      call('ssm:GetParametersByPath', ssm('/aerie/dev2/queues/CLOUD')),
    ],
    ['the secret of another stage', 'Pilots', call('ssm:GetParameter', ssm('/aerie/prod/endpoint/secret'))],
    ['writing a parameter', 'Settings', call('ssm:PutParameter', ssm('/aerie/dev/queues/CLOUD/cpus'))],
    ['settings to those who need none', 'Pilots', call('ssm:GetParametersByPath', ssm('/aerie/dev/queues'))],
    [
      'the secret to those who need none',
      'Settings',
      call('ssm:GetParameter', ssm('/aerie/dev/endpoint/secret')),
    ],
    [
      'another table',
      'Events',
      call('dynamodb:PutItem', `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/payroll`),
    ],
    [
      'the settings function what is alive',
      'Settings',
      call('dynamodb:PutItem', ledger, { 'dynamodb:LeadingKeys': ['live'] }),
    ],
    ['deleting the ledger', launcher, call('dynamodb:DeleteTable', ledger)],
    ['launching to those who do not', 'Pilots', call('ec2:RunInstances', instance, { ...OURS, ...TEMPLATE })],
  ])('denies %s', async (_, who, asked) => {
    expect(await isAllowed(template, who, asked)).toBe(false);
  });
});

/** Everything that EC2 asks IAM about in a launch from a template; for CreateFleet itself fewer kinds than for RunInstances. */
const ASKED_BY_FLEETS = [
  ec2('launch-template/lt-0123456789abcdef0'),
  ec2('subnet/subnet-00'),
  image('ami-0123456789abcdef0'),
];
const LAUNCHED_FROM = {
  'ec2:CreateFleet': ASKED_BY_FLEETS,
  'ec2:RunInstances': [
    ...ASKED_BY_FLEETS,
    ec2(`security-group/${idOf(template, 'AWS::EC2::SecurityGroup', 'WorkersOutboundOnly')}.GroupId`),
    `arn:aws:ec2:${REGION}::snapshot/snap-0123456789abcdef0`,
    ec2('volume/*'),
    ec2('network-interface/*'),
    ec2('spot-instances-request/*'),
  ],
} as const;

/** What a request of ours always carries: its own tags. All other keys are EC2's to set, or not. */
describe('a launch needs no key that may be absent:', () => {
  it.each(
    (['ec2:CreateFleet', 'ec2:RunInstances'] as const).flatMap((action) =>
      [...LAUNCHED_FROM[action], instance].map((resource) => [action, resource] as const),
    ),
  )('%s on %s', async (action, resource) => {
    const context = resource === instance ? OURS : {};
    expect(await isAllowed(template, launcher, call(action, resource, context))).toBe(true);
  });
});

describe('with a customer key for disks', () => {
  const key = 'arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef';
  const keyed = stackOf({ diskKey: key });
  const viaEc2 = { 'kms:ViaService': `ec2.${REGION}.amazonaws.com` };
  const grant = { ...viaEc2, 'kms:GrantIsForAWSResource': 'true' };

  it.each<readonly [string, Call]>([
    ['a grant for EC2', call('kms:CreateGrant', key, grant)],
    ['a data key', call('kms:GenerateDataKeyWithoutPlaintext', key, viaEc2)],
    ['reading an encrypted snapshot', call('kms:Decrypt', key, viaEc2)],
  ])('a launch may ask for %s', async (_, asked) => {
    expect(await isAllowed(keyed, launcher, asked)).toBe(true);
  });

  it.each<readonly [string, Call]>([
    [
      'a grant for anybody else',
      call('kms:CreateGrant', key, { ...grant, 'kms:GrantIsForAWSResource': 'false' }),
    ],
    ['decrypting by itself', call('kms:Decrypt', key)],
    ['another key', call('kms:Decrypt', key.replace('0123-', '9999-'), viaEc2)],
  ])('and not for %s', async (_, asked) => {
    expect(await isAllowed(keyed, launcher, asked)).toBe(false);
  });

  it('without one, no key may be used', async () => {
    expect(await isAllowed(template, launcher, call('kms:Decrypt', key, viaEc2))).toBe(false);
  });
});

describe('with fleets that have templates of their own', () => {
  const many = stackOf({
    fleets: { gpu: { 'max-workers': 4, workerDiskGb: 200 }, big: { workerDiskGb: 500, state: 'paused' } },
  });
  // What references to templates come to stands in settled.ts: all to one id.
  const ids = Object.keys(propertiesOf(many, 'AWS::EC2::LaunchTemplate'));

  it.each([
    ['launching workers', instance, { ...OURS, ...TEMPLATE }] as const,
    ['the template', ec2('launch-template/lt-0123456789abcdef0'), {}] as const,
  ])('IAM allows %s', async (_, resource, context) => {
    expect(await isAllowed(many, launcher, call('ec2:RunInstances', resource, context))).toBe(true);
  });

  it('each of them may be launched from, and no other', async () => {
    expect(ids).toHaveLength(3);
    const policies = JSON.stringify(Object.values(propertiesOf(many, 'AWS::IAM::Policy')));
    for (const id of ids) expect(policies).toContain(`{"Ref":"${id}"}`);
    const foreign = call('ec2:RunInstances', instance, { ...OURS, ...FOREIGN });
    expect(await isAllowed(many, launcher, foreign)).toBe(false);
  });
});

it('functions in a network have no business with its interfaces themselves', async () => {
  const inside = stackOf({ network: { kind: 'nat' }, fixedAddress: true });
  const itself = {
    'lambda:SourceFunctionArn': `arn:aws:lambda:${REGION}:${ACCOUNT}:function:aerie-dev-pilots`,
  };
  const asked = call('ec2:CreateNetworkInterface', ec2('network-interface/*'));
  expect(await isAllowed(inside, 'Pilots', asked)).toBe(true);
  expect(await isAllowed(inside, 'Pilots', { ...asked, context: itself })).toBe(false);
  expect(await isAllowed(template, 'Pilots', asked)).toBe(false);
});
