import { answers, type Breakage, block, refuses } from './breakages.ts';
import { instanceType, offered, PARAMETERS, parameterStore, SUBNETS, TYPES, types } from './well-account.ts';

const SECRET_NAME = '/aerie/prod/endpoint/secret';
const FLEET = { 'max-workers': 20, flavours: 'm6i.large, m6a.large' };
/** The stage's fleet with other knobs. */
const fleet = (knobs: object) => ({ fleets: { default: { ...FLEET, ...knobs } } });
const quota = (values: Readonly<Record<string, number>>) => ({
  'servicequotas:GetServiceQuota': ({ params }: { readonly params: Readonly<Record<string, unknown>> }) => ({
    Quota: { Value: values[String(params.QuotaCode)] ?? 1000 },
  }),
});

/** What can be wrong with the account before anything is deployed to it. */
export const BROKEN_ACCOUNT: readonly Breakage[] = [
  {
    what: 'another account than the stage belongs to',
    break: (world) => {
      block(world, { account: '210987654321' });
      world.admission = { ...world.admission, sts: { ...world.admission.sts, account: '210987654321' } };
    },
    kind: 'signed-in',
    level: 'FAIL',
    says: /of account 123456789012, and the stage belongs to 210987654321/,
    fix: /AWS_PROFILE/,
  },
  {
    what: 'an account that was never prepared for the CDK',
    break: (world) => {
      const { '/cdk-bootstrap/hnb659fds/version': _, ...others } = PARAMETERS;
      answers(world, parameterStore(others));
    },
    kind: 'bootstrap',
    level: 'FAIL',
    says: /not prepared for the CDK/,
    fix: /npx cdk bootstrap -c stage=prod/,
  },
  {
    what: 'a secret that everybody may read',
    break: (world) =>
      answers(
        world,
        parameterStore({ ...PARAMETERS, [SECRET_NAME]: { Type: 'String', Value: world.secret } }),
      ),
    kind: 'secret-parameter',
    level: 'FAIL',
    says: /is a String/,
    fix: /delete-parameter .*; aws ssm put-parameter .*SecureString/,
  },
  {
    what: 'a secret with a second line',
    break: (world) => {
      const kept = { Type: 'SecureString', Value: `${world.secret}\nand more`, KeyId: 'alias/aws/ssm' };
      answers(world, parameterStore({ ...PARAMETERS, [SECRET_NAME]: kept }));
    },
    kind: 'secret-parameter',
    level: 'FAIL',
    says: /holds more than one line or word/,
    fix: /file:\/\/secret\.txt/,
  },
  {
    what: 'a secret that is too short for any endpoint',
    break: (world) => {
      world.secret = 'changeme';
      const kept = { Type: 'SecureString', Value: 'changeme', KeyId: 'alias/aws/ssm' };
      answers(world, parameterStore({ ...PARAMETERS, [SECRET_NAME]: kept }));
    },
    kind: 'secret-parameter',
    level: 'FAIL',
    says: /holds 8 characters, and no endpoint takes fewer than 32/,
    fix: /put-parameter/,
  },
  {
    what: 'a secret under a key of the account',
    break: (world) => {
      const kept = { Type: 'SecureString', Value: world.secret, KeyId: 'alias/ours' };
      answers(world, parameterStore({ ...PARAMETERS, [SECRET_NAME]: kept }));
    },
    kind: 'secret-parameter',
    level: 'FAIL',
    says: /encrypted with alias\/ours, which the functions have no right to/,
    fix: /delete-parameter/,
  },
  {
    what: 'a parameter that was put by hand and is in cdk.json',
    break: (world) => {
      const byHand = { '/aerie/prod/fleets/default/max-workers': { Type: 'String', Value: '5' } };
      answers(world, parameterStore({ ...PARAMETERS, ...byHand }));
      block(world, fleet({}));
    },
    kind: 'parameters',
    level: 'FAIL',
    says: /fleets\/default\/max-workers was put by hand .*"already exists"/,
    fix: /delete-parameter --name \/aerie\/prod\/fleets\/default\/max-workers/,
  },
  {
    what: 'a knob of fleets that was put at a queue by hand',
    break: (world) => {
      const byHand = { '/aerie/prod/queues/CLOUD/max-workers': { Type: 'String', Value: '5' } };
      answers(world, parameterStore({ ...PARAMETERS, ...byHand }));
    },
    kind: 'owners',
    level: 'FAIL',
    says: /^queue CLOUD would hold: max-workers is a knob of fleets: set it at the fleet of this queue/,
    fix: /^aws ssm delete-parameter --name \/aerie\/prod\/queues\/CLOUD\/max-workers/,
  },
  {
    what: 'a queue that was put by hand on a fleet that nobody has put',
    break: (world) => {
      const byHand = {
        '/aerie/prod/queues/OTHER/state': { Type: 'String', Value: 'active' },
        '/aerie/prod/queues/OTHER/fleet': { Type: 'String', Value: 'gpu' },
      };
      answers(world, parameterStore({ ...PARAMETERS, ...byHand }));
    },
    kind: 'owners',
    level: 'FAIL',
    says: /^queue OTHER would hold: fleet is "gpu", and there is no such fleet/,
    fix: /\/aerie\/prod\/queues\/OTHER\/fleet, or put a value that is allowed$/,
  },
  {
    what: 'a life of workers that was put by hand, too short for the pilots of the block',
    break: (world) => {
      const byHand = { '/aerie/prod/fleets/default/max-life-seconds': { Type: 'String', Value: '7200' } };
      answers(world, parameterStore({ ...PARAMETERS, ...byHand }));
    },
    kind: 'owners',
    level: 'FAIL',
    says: /^queue CLOUD would hold: pilot-wall-seconds is 259200; expected at most 6599: a worker of fleet default lives for 7200 s/,
    fix: /docs\/settings\.md/,
  },
  {
    what: 'a new account, with ten functions at a time',
    break: (world) => {
      const AccountLimit = { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 };
      answers(world, { 'lambda:GetAccountSettings': () => ({ AccountLimit }) });
      refuses(
        world,
        'cloudformation:DescribeStacks',
        'ValidationError',
        'Stack with id aerie-prod does not exist',
      );
      const { '/aerie/prod/queues/CLOUD/state': _, ...others } = PARAMETERS;
      answers(world, parameterStore(others));
      block(world, { reserveConcurrency: true });
    },
    kind: 'lambda-limit',
    level: 'FAIL',
    says: /10 of Lambda's 10 are free: CloudFormation would be refused the 3 that the stage reserves/,
    fix: /take "reserveConcurrency" out of the stage/,
  },
  {
    what: "Lambda's limit is used up by others",
    break: (world) => {
      const AccountLimit = { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 2 };
      answers(world, { 'lambda:GetAccountSettings': () => ({ AccountLimit }) });
      block(world, { reserveConcurrency: false });
    },
    kind: 'lambda-limit',
    level: 'warn',
    says: /2 of Lambda's 10 are free for 5 functions/,
    fix: /L-B99A9384/,
  },
  {
    what: 'a quota below the caps',
    break: (world) => answers(world, quota({ 'L-1216C47A': 16 })),
    kind: 'quota-vcpu',
    level: 'warn',
    says: /Running On-Demand Standard instances: 16 vCPUs; the caps come to 40/,
    fix: /--quota-code L-1216C47A --desired-value 40/,
  },
  {
    what: 'a quota of nothing, of the GPUs that a fleet wants on spot',
    break: (world) => {
      const gpu = { flavours: 'g5.xlarge(4c,16384m,1g)', market: 'spot' };
      block(world, { fleets: { default: { ...FLEET, 'max-workers': 0 }, gpu } });
      answers(world, quota({ 'L-3819A6DF': 0 }));
      const g5 = instanceType('g5.xlarge', 4, 16_384, { gpuInfo: { gpus: [{ count: 1 }] } });
      answers(world, types(g5, ...TYPES));
      const all = [g5, ...TYPES].flatMap((type) =>
        SUBNETS.map(({ zone }) => [type.instanceType, zone] as const),
      );
      answers(world, offered(...all));
    },
    kind: 'quota-vcpu',
    level: 'FAIL',
    says: /All G and VT Spot Instance Requests: 0 vCPUs; the smallest worker has 4/,
    fix: /--quota-code L-3819A6DF --desired-value 80/,
  },
  {
    what: 'more disks than the account may have',
    break: (world) => answers(world, quota({ 'L-7A658B76': 1 })),
    kind: 'quota-gp3',
    level: 'warn',
    says: /20 workers of 100 GiB come to 2\.0 of 1 TiB/,
    fix: /--service-code ebs --quota-code L-7A658B76 --desired-value 2/,
  },
  {
    what: "a customer's key as the account's default for disks",
    break: (world) => {
      const kmsKeyId = 'arn:aws:kms:eu-west-1:123456789012:key/1';
      answers(world, { 'ec2:GetEbsDefaultKmsKeyId': () => ({ kmsKeyId }) });
    },
    kind: 'ebs-key',
    level: 'warn',
    says: /key\/1: without rights to it, workers end at once with Client\.InternalError/,
    fix: /write "diskKey": "arn:aws:kms:eu-west-1:123456789012:key\/1" into the stage/,
  },
  {
    what: "spot under a customer's key, for which EC2's own role needs a grant that doctor cannot see",
    break: (world) => {
      block(world, {
        diskKey: 'arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef',
        ...fleet({ market: 'spot-first' }),
      });
    },
    kind: 'ebs-key',
    level: 'warn',
    says: /key\/01234567-89ab-cdef-0123-456789abcdef, which the stage names; nobody has looked whether it is enabled, nor for the grant without which no spot machine starts/,
    fix: /^aws kms describe-key --key-id arn:aws:kms:\S+; aws kms list-grants --key-id arn:aws:kms:\S+; docs\/runbooks\/workers\.md#a-customers-key-and-spot$/,
  },
  {
    what: "spot without EC2's own role",
    break: (world) => {
      block(world, fleet({ market: 'spot-first' }));
      refuses(world, 'iam:GetRole', 'NoSuchEntity', 'not found', 404);
    },
    kind: 'spot-role',
    level: 'warn',
    says: /AWSServiceRoleForEC2Spot is not there/,
    fix: /create-service-linked-role --aws-service-name spot\.amazonaws\.com/,
  },
  {
    what: 'a launch that EC2 would refuse',
    break: (world) =>
      refuses(world, 'ec2:RunInstances', 'PendingVerification', 'Your request is being validated'),
    kind: 'dry-run',
    level: 'FAIL',
    says: /EC2 would refuse RunInstances: .*PendingVerification: Your request is being validated/,
    fix: /launch-rejected/,
  },
  {
    what: 'a launch that you may not make yourself',
    break: (world) => refuses(world, 'ec2:CreateFleet', 'UnauthorizedOperation', 'not you', 403),
    kind: 'dry-run',
    level: 'warn',
    says: /ec2:CreateFleet was denied \(not you\); that says nothing of the launcher/,
  },
];
