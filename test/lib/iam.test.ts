import { describe, expect, it } from 'vitest';
import { ACCOUNT, type Call, idOf, isAllowed, REGION } from './simulated.ts';
import { stackOf } from './stack-of.ts';

const template = stackOf();
const ec2 = (kind: string, account = ACCOUNT) => `arn:aws:ec2:${REGION}:${account}:${kind}`;
const ssm = (name: string) => `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${name}`;
const OURS = { 'aws:RequestTag/aerie:stage': 'dev', 'aws:TagKeys': 'aerie:stage' };
const TEMPLATE = { 'ec2:LaunchTemplate': ec2('launch-template/lt-0123456789abcdef0') };
const workersRole = `arn:aws:iam::${ACCOUNT}:role/${idOf(template, 'AWS::IAM::Role', 'WorkersRole')}`;
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
    ['our image', launcher, call('ec2:RunInstances', `arn:aws:ec2:${REGION}::image/ami-0123456789abcdef0`)],
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
    ['looking instances up', launcher, call('ec2:DescribeInstances', '*')],
    [
      'giving workers their role',
      launcher,
      call('iam:PassRole', workersRole, { 'iam:PassedToService': 'ec2.amazonaws.com' }),
    ],
    ['the secret of this stage', 'Pilots', call('ssm:GetParameter', ssm('/aerie/dev/endpoint/secret'))],
    ['the settings of this stage', 'Settings', call('ssm:GetParametersByPath', ssm('/aerie/dev/queues'))],
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
    ['launching without tags', launcher, call('ec2:RunInstances', instance, TEMPLATE)],
    [
      'launching with the tag of another stage',
      launcher,
      call('ec2:RunInstances', instance, { ...TEMPLATE, 'aws:RequestTag/aerie:stage': 'prod' }),
    ],
    ['a fleet without tags', launcher, call('ec2:CreateFleet', ec2('fleet/*'))],
    ['launching without a template', launcher, call('ec2:RunInstances', instance, OURS)],
    [
      'launching from another template',
      launcher,
      call('ec2:RunInstances', instance, {
        ...OURS,
        'ec2:LaunchTemplate': ec2('launch-template/lt-0fffffffffffffff0'),
      }),
    ],
    ['a fleet from another template', launcher, call('ec2:CreateFleet', ec2('launch-template/lt-0fffffff'))],
    ['launching into another subnet', launcher, call('ec2:RunInstances', ec2('subnet/subnet-0fffffff'))],
    [
      'launching from another image',
      launcher,
      call('ec2:RunInstances', `arn:aws:ec2:${REGION}::image/ami-0fffffffffffffff0`),
    ],
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
