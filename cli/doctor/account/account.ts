import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { type LambdaName, lambdasOf } from '../../../lib/functions/bundling.ts';
import { type Finding, fail, failIf, ok, warn } from '../finding.ts';
import { asked, NO_REGION_KNOWN } from '../look/asked.ts';
import { type Examined, isOwn } from '../look/examined.ts';

/** Looks who is signed in, and whether that is where the stage belongs. */
export const checkIdentity = async ({ config, identity }: Examined): Promise<readonly Finding[]> => {
  const me = await identity();
  if (!me.ok) {
    const fix =
      me.code === NO_REGION_KNOWN ? 'export AWS_REGION=…' : 'aws sso login; aws sts get-caller-identity';
    return [warn('signed-in', `${me.why}; the account is not looked at`, fix)];
  }
  const { account, arn, region } = me.value;
  if (!isOwn(config, me.value)) {
    return [
      fail(
        'signed-in',
        `you are ${arn} of account ${account}, and the stage belongs to ${config.account}`,
        'sign in there: AWS_PROFILE=…; aws sts get-caller-identity',
      ),
    ];
  }
  return [ok('signed-in', `${arn}, in ${region}`)];
};

/** What Lambda leaves to functions without a reservation, and refuses to reserve from: 10 in new accounts, else 100. */
const LEFT_UNRESERVED = { least: 10, most: 100 } as const;
/** Functions that run one at a time are those with a timer of their own: pilots, workers, audit. */
const TIMED: readonly LambdaName[] = ['pilots', 'workers', 'audit'];

/** Looks whether Lambda's limit has room for the functions. */
export const checkLambda = async ({ config, clients, stack }: Examined): Promise<readonly Finding[]> => {
  const [answer, deployed] = await Promise.all([
    asked('lambda:GetAccountSettings', clients.lambda.send(new GetAccountSettingsCommand({}))),
    stack(),
  ]);
  if (!answer.ok) return [warn('lambda-limit', answer.why)];
  const { ConcurrentExecutions: limit = 0, UnreservedConcurrentExecutions: free = 0 } =
    answer.value.AccountLimit ?? {};
  const raise =
    'aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000';
  const isThere = deployed.ok && deployed.value !== undefined;
  const functions = lambdasOf(config);
  const reserved = functions.filter((name) => TIMED.includes(name)).length;
  const left = free - reserved;
  if (config.reserveConcurrency && !isThere && left < LEFT_UNRESERVED.most) {
    const isSure = left < LEFT_UNRESERVED.least;
    return [
      failIf(
        isSure,
        'lambda-limit',
        `${free} of Lambda's ${limit} are free: CloudFormation ${isSure ? 'would' : 'may'} be refused the ${reserved} that the stage reserves`,
        `take "reserveConcurrency" out of the stage, or raise it: ${raise}`,
      ),
    ];
  }
  if (free < functions.length) {
    return [
      warn(
        'lambda-limit',
        `${free} of Lambda's ${limit} are free for ${functions.length} functions: ticks may be late`,
        raise,
      ),
    ];
  }
  return [ok('lambda-limit', `${free} of Lambda's ${limit} are free for ${functions.length} functions`)];
};

/** The oldest bootstrap that the CDK's own templates of this version deploy with. */
const LEAST_BOOTSTRAP = 6;

/** Looks whether the account and region have been prepared for the CDK. */
export const checkBootstrap = async ({ config, clients }: Examined): Promise<readonly Finding[]> => {
  const Name = '/cdk-bootstrap/hnb659fds/version';
  const answer = await asked('ssm:GetParameter', clients.ssm.send(new GetParameterCommand({ Name })));
  const fix = `npx cdk bootstrap -c stage=${config.stage}`;
  if (!answer.ok) {
    if (answer.code !== 'ParameterNotFound') return [warn('bootstrap', answer.why)];
    return [fail('bootstrap', 'the account and region are not prepared for the CDK', fix)];
  }
  const version = Number(answer.value.Parameter?.Value ?? 0);
  if (version >= LEAST_BOOTSTRAP) return [ok('bootstrap', `prepared for the CDK, in version ${version}`)];
  return [
    fail('bootstrap', `the CDK's bootstrap is version ${version}, and ${LEAST_BOOTSTRAP} is needed`, fix),
  ];
};
