import { Aws, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { WAKE_TAGS } from '../../core/model/names.ts';
import type { WorkerPlacement } from '../network/network.ts';
import type { Workers } from '../workers.ts';

/** The tag that marks what a stage has launched, and the only thing that it may end. */
export const STAGE_TAG = 'aerie:stage';

/** EC2 has no id for what does not exist yet, so these are kinds; conditions narrow them. */
const ec2 = (kind: string): string => `arn:${Aws.PARTITION}:ec2:${Aws.REGION}:${Aws.ACCOUNT_ID}:${kind}`;
const MARKED = ['fleet/*', 'instance/*'];
/** Made along with an instance, and only with one: the instance's own condition guards them. */
const ALONG = ['volume/*', 'network-interface/*', 'spot-instances-request/*'];

/**
 * Which image a launch uses is the template's affair: a version that an open launch has frozen names the image before the
 * newest one, and has to be allowed across a deploy. An image brings its snapshots.
 */
const IMAGES = ['image/*', 'snapshot/*'].map((kind) => `arn:${Aws.PARTITION}:ec2:${Aws.REGION}::${kind}`);

/** Allows a role to launch workers of the stage's templates, into these subnets, marked as this stage's. */
export const allowLaunch = (
  role: Role,
  stage: string,
  workers: Workers,
  placements: readonly WorkerPlacement[],
): void => {
  const launch = ['ec2:CreateFleet', 'ec2:RunInstances'];
  const templates = workers.templates.map(({ launchTemplateId }) =>
    ec2(`launch-template/${launchTemplateId}`),
  );
  const marked = { [`aws:RequestTag/${STAGE_TAG}`]: stage };
  /**
   * `ec2:LaunchTemplate` is a key of RunInstances; no document says that it is there when CreateFleet runs them. So it binds
   * where it is there, and where it is not nothing is refused for its absence.
   */
  const fromOurs = { ArnEqualsIfExists: { 'ec2:LaunchTemplate': templates } };
  const statements = [
    new PolicyStatement({
      sid: 'LaunchFromOurParts',
      actions: launch,
      resources: [
        ...templates,
        ec2(`security-group/${workers.securityGroup.securityGroupId}`),
        ...placements.map(({ subnetId }) => ec2(`subnet/${subnetId}`)),
      ],
    }),
    new PolicyStatement({
      sid: 'LaunchFromImagesOfOurTemplate',
      actions: launch,
      resources: IMAGES,
      conditions: fromOurs,
    }),
    new PolicyStatement({
      sid: 'FleetMarked',
      actions: ['ec2:CreateFleet'],
      resources: MARKED.map(ec2),
      conditions: { StringEquals: marked },
    }),
    new PolicyStatement({
      sid: 'LaunchMarkedFromOurTemplate',
      actions: ['ec2:RunInstances'],
      resources: [ec2('instance/*')],
      conditions: { StringEquals: marked, ...fromOurs },
    }),
    new PolicyStatement({ sid: 'LaunchAlong', actions: launch, resources: ALONG.map(ec2) }),
    new PolicyStatement({
      sid: 'MarkAtLaunchOnly',
      actions: ['ec2:CreateTags'],
      resources: [...MARKED, ...ALONG].map(ec2),
      conditions: { StringEquals: { ...marked, 'ec2:CreateAction': ['CreateFleet', 'RunInstances'] } },
    }),
    new PolicyStatement({
      sid: 'GiveWorkersTheirRole',
      actions: ['iam:PassRole'],
      resources: [workers.role.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    }),
    /** An account that never used spot lacks EC2's own role for it; EC2 makes it on the first request. */
    new PolicyStatement({
      sid: 'FirstSpotRequest',
      actions: ['iam:CreateServiceLinkedRole'],
      resources: [
        `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot`,
      ],
      conditions: { StringEquals: { 'iam:AWSServiceName': 'spot.amazonaws.com' } },
    }),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  acknowledgeKinds(role, [...MARKED, ...ALONG]);
  Validations.of(role).acknowledge(
    ...['image/*', 'snapshot/*'].map((kind) => ({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:<AWS::Region>::${kind}]`,
      reason:
        'The launch template says which image; an open launch may rest on the version before the newest.',
    })),
  );
};

/**
 * Allows a role to launch machines whose disks a customer's own key encrypts, by way of EC2 only. Source: KMS Developer
 * Guide, how Amazon EBS uses AWS KMS.
 */
export const allowDiskKey = (role: Role, keyArn: string): void => {
  const viaEc2 = { StringEquals: { 'kms:ViaService': `ec2.${Aws.REGION}.amazonaws.com` } };
  role.addToPolicy(
    new PolicyStatement({
      sid: 'EncryptDisks',
      actions: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      resources: [keyArn],
      conditions: viaEc2,
    }),
  );
  role.addToPolicy(
    new PolicyStatement({
      sid: 'LendKeyToEc2',
      actions: ['kms:CreateGrant'],
      resources: [keyArn],
      conditions: { ...viaEc2, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }),
  );
};

/** Allows a role to end what this stage has launched, and nothing else of the account. */
export const allowTerminate = (role: Role, stage: string): void => {
  role.addToPolicy(
    new PolicyStatement({
      sid: 'EndOurs',
      actions: ['ec2:TerminateInstances'],
      resources: [ec2('instance/*')],
      conditions: { StringEquals: { [`aws:ResourceTag/${STAGE_TAG}`]: stage } },
    }),
  );
};

/** What of an instance the workers tick changes: what a power-off comes to, and, while it is stopped, its type. */
const CHANGED = ['InstanceInitiatedShutdownBehavior', 'InstanceType'];

/** Allows a role to let what this stage has launched stop, and to wake it, as another size if need be. */
export const allowSleep = (role: Role, stage: string): void => {
  const resources = [ec2('instance/*')];
  const ours = { [`aws:ResourceTag/${STAGE_TAG}`]: stage };
  const statements = [
    new PolicyStatement({
      sid: 'WakeOurs',
      actions: ['ec2:StartInstances'],
      resources,
      conditions: { StringEquals: ours },
    }),
    /** How AWS writes the names of attributes in this key is not documented for all of them. */
    new PolicyStatement({
      sid: 'ChangeOurs',
      actions: ['ec2:ModifyInstanceAttribute'],
      resources,
      conditions: { StringEquals: ours, StringEqualsIgnoreCase: { 'ec2:Attribute': CHANGED } },
    }),
    new PolicyStatement({
      sid: 'PromiseAnew',
      actions: ['ec2:CreateTags'],
      resources,
      conditions: { StringEquals: ours, 'ForAllValues:StringEquals': { 'aws:TagKeys': [...WAKE_TAGS] } },
    }),
  ];
  for (const statement of statements) role.addToPolicy(statement);
};

/** Allows a role to look instances up; EC2 shows all of the account or none. */
export const allowDescribe = (role: Role): void => {
  role.addToPolicy(
    new PolicyStatement({ sid: 'LookUp', actions: ['ec2:DescribeInstances'], resources: ['*'] }),
  );
};

const acknowledgeKinds = (role: Role, kinds: readonly string[]): void => {
  Validations.of(role).acknowledge(
    ...kinds.map((kind) => ({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:${kind}]`,
      reason: `What is launched has no id before it is launched; the stage's tag on it, and the parts it is made from, are conditions.`,
    })),
  );
};
