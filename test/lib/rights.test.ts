import { describe, expect, it } from 'vitest';
import { POLICIES } from '../../cli/verbs/rights.ts';
import { WAKE_TAGS } from '../../core/model/names.ts';
import { settled } from './settled.ts';
import { type Props, propertiesOf, stackOf } from './stack-of.ts';

interface Right {
  readonly who: string;
  readonly action: string;
  readonly resource: string;
  readonly condition: Props | undefined;
}

const list = (value: unknown): readonly unknown[] => [value].flat();

/** Every action on every resource that a role of the stack is allowed, one by one. */
const rightsOf = (template: ReturnType<typeof stackOf>): readonly Right[] =>
  Object.values(propertiesOf(template, 'AWS::IAM::Policy')).flatMap((policy) =>
    policy.PolicyDocument.Statement.flatMap((statement: Props) =>
      list(statement.Action).flatMap((action) =>
        list(statement.Resource).map((resource) => ({
          who: String(policy.PolicyName).replace(/Role.*/, ''),
          action: String(action),
          resource: settled(template, resource),
          condition: statement.Condition,
        })),
      ),
    ),
  );

const template = stackOf();
const rights = rightsOf(template);
const of = (action: string) => rights.filter((right) => right.action === action);
const ec2 = (kind: string) => `arn:{AWS::Partition}:ec2:{AWS::Region}:{AWS::AccountId}:${kind}`;
const parameter = (name: string) =>
  `arn:{AWS::Partition}:ssm:{AWS::Region}:{AWS::AccountId}:parameter${name}`;

describe('what the functions may do', () => {
  it('is named, action by action', () => {
    expect(rights.filter(({ action }) => action.includes('*'))).toEqual([]);
  });

  it('is on named resources, except where AWS knows no other than all', () => {
    const onAll = rights.filter(({ resource }) => resource === '*').map(({ action }) => action);
    expect(new Set(onAll)).toEqual(
      new Set(['ec2:DescribeInstances', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments']),
    );
  });

  it.each([
    ['Pilots', ['dynamodb', 'logs', 'ssm', 'xray']],
    ['Settings', ['dynamodb', 'logs', 'sqs', 'ssm', 'xray']],
    ['Launcher', ['dynamodb', 'ec2', 'iam', 'logs', 'sqs', 'ssm', 'xray']],
    ['Audit', ['dynamodb', 'ec2', 'logs', 'ssm', 'xray']],
    ['Events', ['dynamodb', 'logs', 'sqs', 'ssm', 'xray']],
  ])('is, for %s, with these services only: %j', (name, services) => {
    const used = rights.filter(({ who }) => who === name).map(({ action }) => action.split(':')[0]);
    expect([...new Set(used)].sort()).toEqual(services);
  });

  it('is, with the ledger, single items and queries', () => {
    const actions = new Set(rights.map(({ action }) => action).filter((it) => it.startsWith('dynamodb:')));
    expect([...actions].sort()).toEqual([
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ]);
  });

  it('is to read one secret and the settings of this stage', () => {
    expect(new Set(of('ssm:GetParameter').map(({ resource }) => resource))).toEqual(
      new Set([parameter('/aerie/dev/endpoint/secret')]),
    );
    expect(new Set(of('ssm:GetParametersByPath').map(({ resource }) => resource))).toEqual(
      new Set(['queues', 'queues/*', 'fleets', 'fleets/*'].map((below) => parameter(`/aerie/dev/${below}`))),
    );
  });
});

describe('launching', () => {
  it.each(['ec2:CreateFleet', 'ec2:RunInstances'] as const)(
    'with %s needs our parts and our tag',
    (action) => {
      const unconditional = of(action).filter(({ condition }) => condition === undefined);
      expect(unconditional.map(({ resource }) => resource).sort()).toEqual([
        ec2('launch-template/lt-0123456789abcdef0'),
        ec2('network-interface/*'),
        expect.stringMatching(/:security-group\/\{Workers/),
        ec2('spot-instances-request/*'),
        ec2('subnet/subnet-00'),
        ec2('subnet/subnet-01'),
        ec2('volume/*'),
      ]);
      const conditional = of(action).filter(({ condition }) => condition !== undefined);
      const tagged = { StringEquals: { 'aws:RequestTag/aerie:stage': 'dev' } };
      const ours = { ArnEqualsIfExists: { 'ec2:LaunchTemplate': expect.anything() } };
      const images = ['image/*', 'snapshot/*'].map(
        (kind) => [`arn:{AWS::Partition}:ec2:{AWS::Region}::${kind}`, ours] as const,
      );
      const expected = {
        'ec2:CreateFleet': [...images, [ec2('fleet/*'), tagged], [ec2('instance/*'), tagged]],
        'ec2:RunInstances': [...images, [ec2('instance/*'), { ...tagged, ...ours }]],
      } as const;
      expect(conditional).toEqual(
        expected[action].map(([resource, condition]) => ({ who: 'Launcher', action, resource, condition })),
      );
    },
  );

  it('is the only moment for tags, but for those of a worker of this stage that wakes', () => {
    const later = {
      StringEquals: { 'aws:ResourceTag/aerie:stage': 'dev' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': [...WAKE_TAGS] },
    };
    const atLaunch = {
      StringEquals: {
        'aws:RequestTag/aerie:stage': 'dev',
        'ec2:CreateAction': ['CreateFleet', 'RunInstances'],
      },
    };
    const isLater = (condition: Props | undefined) =>
      condition?.StringEquals?.['ec2:CreateAction'] === undefined;
    const tags = of('ec2:CreateTags');
    expect(tags.filter(({ condition }) => isLater(condition))).toEqual([
      { who: 'Launcher', action: 'ec2:CreateTags', resource: ec2('instance/*'), condition: later },
    ]);
    for (const { condition } of tags) if (!isLater(condition)) expect(condition).toEqual(atLaunch);
  });

  it('hands on the workers’ role, to EC2 only', () => {
    expect(of('iam:PassRole')).toEqual([
      {
        who: 'Launcher',
        action: 'iam:PassRole',
        resource: expect.stringMatching(/^\{WorkersRole\w+\.Arn\}$/),
        condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
      },
    ]);
  });
});

it('ends instances of its own stage only', () => {
  const ours = {
    action: 'ec2:TerminateInstances',
    resource: ec2('instance/*'),
    condition: { StringEquals: { 'aws:ResourceTag/aerie:stage': 'dev' } },
  };
  const whos = of('ec2:TerminateInstances').map(({ who, ...right }) => [who, right] as const);
  expect(new Map(whos)).toEqual(
    new Map([
      ['Launcher', ours],
      ['Audit', ours],
    ]),
  );
  expect(whos).toHaveLength(2);
});

it.each([
  ['ec2:StartInstances', {}],
  [
    'ec2:ModifyInstanceAttribute',
    {
      StringEqualsIgnoreCase: {
        'ec2:Attribute': ['InstanceInitiatedShutdownBehavior', 'InstanceType'],
      },
    },
  ],
] as const)('lets the launcher, with %s, change instances of its own stage only', (action, more) => {
  const ours = { StringEquals: { 'aws:ResourceTag/aerie:stage': 'dev' } };
  expect(of(action)).toEqual([
    { who: 'Launcher', action, resource: ec2('instance/*'), condition: { ...ours, ...more } },
  ]);
});

it('reads consoles of its own stage only, for the launcher', () => {
  expect(of('ec2:GetConsoleOutput')).toEqual([
    {
      who: 'Launcher',
      action: 'ec2:GetConsoleOutput',
      resource: ec2('instance/*'),
      condition: { StringEquals: { 'aws:ResourceTag/aerie:stage': 'dev' } },
    },
  ]);
});

it('lets the function of the ticks send to one of its own queues, and nobody else to any', () => {
  expect(of('sqs:SendMessage')).toEqual([
    {
      who: 'Launcher',
      action: 'sqs:SendMessage',
      resource: expect.stringMatching(/^\{LauncherAfter20Queue\w+\.Arn\}$/),
      condition: undefined,
    },
  ]);
});

it('lets the audit launch nothing', () => {
  const actions = rights.filter(({ who }) => who === 'Audit').map(({ action }) => action);
  expect(actions.filter((action) => action.startsWith('ec2:')).sort()).toEqual([
    'ec2:DescribeInstances',
    'ec2:TerminateInstances',
  ]);
});

it('gives workers a role that may do nothing', () => {
  const [role] = Object.entries(propertiesOf(template, 'AWS::IAM::Role')).filter(([id]) =>
    id.startsWith('Workers'),
  );
  expect(role?.[1]).not.toHaveProperty('ManagedPolicyArns');
  expect(role?.[1]).not.toHaveProperty('Policies');
  const policies = Object.values(propertiesOf(template, 'AWS::IAM::Policy'));
  expect(JSON.stringify(policies.flatMap((it) => it.Roles))).not.toContain('Workers');
});

it('who looks at a stage may read its ledger, and not that of a stage whose name begins like its own', () => {
  const [ledger = ''] = Object.keys(propertiesOf(template, 'AWS::DynamoDB::Table'));
  const resources = POLICIES.reader?.('prod').Statement.find(({ Sid }) => Sid === 'Ledger')?.Resource ?? [];
  const named = resources.map((arn) => new RegExp(`^${arn.split('/')[1]?.replace('*', '.*')}$`));
  const mayRead = (stage: string) => named.some((name) => name.test(`aerie-${stage}-${ledger}-1ABC2DEF3`));
  expect(['prod', 'prod-eu', 'dev'].map(mayRead)).toEqual([true, false, false]);
});
