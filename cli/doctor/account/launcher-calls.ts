import { launchIdOf, TAG, workerRoleName } from '../../../core/model/names.ts';
import { type Examined, type Fleet, type Identity, onEc2 } from '../look/examined.ts';

/** One call of the launcher, as IAM is asked about it. */
export interface LauncherCall {
  readonly action: string;
  readonly resource: string;
  /** Condition keys, each with its values. */
  readonly context: Readonly<Record<string, string | boolean | readonly string[]>>;
}

/** What workers are made of in this stage; undefined: nobody knows yet which one it is. */
export interface LaunchParts {
  /** The stage's, and those of fleets that have one of their own. */
  readonly templateIds: readonly string[];
  readonly subnetId: string | undefined;
  readonly securityGroupId: string | undefined;
}

/** The fleet that stands for all in a look at how the stage launches: one that may have workers. */
export const firstFleet = (fleets: readonly Fleet[]): Fleet | undefined =>
  onEc2(fleets).find(({ settings }) => settings.maxWorkers > 0) ?? onEc2(fleets)[0];

/** The tags of a launch of one of the stage's fleets, as the launcher gives them to the EC2 fleet, machines and disks. */
export const launchTags = ({
  config,
  fleets,
  now,
}: Pick<Examined, 'config' | 'fleets' | 'now'>): Readonly<Record<string, string>> => {
  const fleet = firstFleet(fleets);
  return {
    ...config.tags,
    [TAG.stage]: config.stage,
    ...(fleet === undefined
      ? {}
      : {
          [TAG.fleet]: fleet.name,
          [TAG.launch]: launchIdOf(fleet.name, now(), 0),
          [TAG.lingerSeconds]: String(fleet.settings.lingerSeconds),
          [TAG.maxLifeSeconds]: String(fleet.settings.maxLifeSeconds),
          [TAG.jobWallSeconds]: String(fleet.settings.jobWallSeconds),
        }),
  };
};

/** What EC2 needs of the launcher to make a disk with a customer's key. Source: EBS User Guide, permissions for the key. */
const KEY_ACTIONS = [
  'kms:DescribeKey',
  'kms:Decrypt',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
] as const;

const keyCalls = (diskKey: string | undefined, region: string): readonly LauncherCall[] => {
  if (diskKey === undefined) return [];
  const context = { 'kms:ViaService': `ec2.${region}.amazonaws.com` };
  const grant = { ...context, 'kms:GrantIsForAWSResource': true };
  return [
    ...KEY_ACTIONS.map((action) => ({ action, resource: diskKey, context })),
    { action: 'kms:CreateGrant', resource: diskKey, context: grant },
  ];
};

/** Lists every call by which the launcher makes, wakes and ends workers, on every kind of thing that it touches. */
export const launcherCalls = (
  { config }: Pick<Examined, 'config'>,
  tags: Readonly<Record<string, string>>,
  { account, arn, region }: Identity,
  { templateIds, subnetId, securityGroupId }: LaunchParts,
): readonly LauncherCall[] => {
  const partition = arn.split(':')[1] ?? 'aws';
  const ec2 = (what: string, owner = account) => `arn:${partition}:ec2:${region}:${owner}:${what}`;
  const tagged = {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': Object.keys(tags),
  };
  const ours = { [`aws:ResourceTag/${TAG.stage}`]: config.stage };
  const run = (resource: string, context: LauncherCall['context']): LauncherCall => ({
    action: 'ec2:RunInstances',
    resource,
    context,
  });
  const mark = (what: string, by: string): LauncherCall => ({
    action: 'ec2:CreateTags',
    resource: ec2(what),
    context: { ...tagged, 'ec2:CreateAction': by },
  });
  const runsFrom = (templateId: string): readonly LauncherCall[] => {
    const template = ec2(`launch-template/${templateId}`);
    const fromOurs = { 'ec2:LaunchTemplate': template };
    return [
      run(ec2('instance/*'), { ...tagged, ...fromOurs }),
      run(ec2('volume/*'), { ...tagged, ...fromOurs }),
      ...[
        template,
        ...(subnetId === undefined ? [] : [ec2(`subnet/${subnetId}`)]),
        ...(securityGroupId === undefined ? [] : [ec2(`security-group/${securityGroupId}`)]),
        ec2('network-interface/*'),
        // Nobody's in an ARN: an image may be another account's.
        ec2('image/*', ''),
        ec2('snapshot/*', ''),
      ].map((resource) => run(resource, fromOurs)),
    ];
  };
  return [
    { action: 'ec2:CreateFleet', resource: ec2('fleet/*'), context: tagged },
    ...templateIds.flatMap(runsFrom),
    mark('fleet/*', 'CreateFleet'),
    mark('instance/*', 'RunInstances'),
    mark('volume/*', 'RunInstances'),
    {
      action: 'iam:PassRole',
      resource: `arn:${partition}:iam::${account}:role/${workerRoleName(config.stage)}`,
      context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    },
    ...keyCalls(config.diskKey, region),
    ...(['ec2:TerminateInstances', 'ec2:StartInstances'] as const).map((action) => ({
      action,
      resource: ec2('instance/*'),
      context: ours,
    })),
    ...['InstanceInitiatedShutdownBehavior', 'InstanceType'].map((attribute) => ({
      action: 'ec2:ModifyInstanceAttribute',
      resource: ec2('instance/*'),
      context: { ...ours, 'ec2:Attribute': attribute },
    })),
    {
      action: 'ec2:CreateTags',
      resource: ec2('instance/*'),
      context: { ...ours, 'aws:TagKeys': [TAG.promised] },
    },
  ];
};
