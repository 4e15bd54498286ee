import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { Template } from 'aws-cdk-lib/assertions';
import { settled } from './settled.ts';
import { type Props, propertiesOf } from './stack-of.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';

/** One call, as IAM is asked about it. */
export interface Call {
  readonly action: string;
  readonly resource: string;
  /** Condition keys with their values, such as `aws:RequestTag/aerie:stage`. */
  readonly context?: Readonly<Record<string, string | string[]>>;
}

/** What CloudFormation's own variables come to; references to resources stay as settled.ts writes them, without braces. */
const inAccount = (text: string): string =>
  text
    .replaceAll('{AWS::Partition}', 'aws')
    .replaceAll('{AWS::Region}', REGION)
    .replaceAll('{AWS::AccountId}', ACCOUNT)
    .replace(/^\{(\w+)\.Arn\}$/, (_, id: string) => arnOf(id))
    .replace(/[{}]/g, '');

/** ARNs of resources that are only known once they are deployed, by what their logical ids begin with. */
const arnOf = (logicalId: string): string => {
  if (/^WorkersRole/.test(logicalId)) return `arn:aws:iam::${ACCOUNT}:role/${logicalId}`;
  if (/^LedgerTable/.test(logicalId)) return `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${logicalId}`;
  if (/Log/.test(logicalId)) return `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${logicalId}:*`;
  return `arn:aws:sqs:${REGION}:${ACCOUNT}:${logicalId}`;
};

/** The values of a condition, as they would be in the account. */
const conditionsOf = (template: Template, conditions: Props | undefined): Props =>
  Object.fromEntries(
    Object.entries(conditions ?? {}).map(([operator, keys]) => [
      operator,
      Object.fromEntries(
        Object.entries(keys).map(([key, values]) => [
          key,
          list(values).map((value) => inAccount(settled(template, value))),
        ]),
      ),
    ]),
  );

const list = (value: unknown): readonly unknown[] => [value].flat();

/** The ids of roles and the like, as they are in the simulated account. */
export const idOf = (template: Template, type: string, beginning: string): string =>
  Object.keys(propertiesOf(template, type)).find((id) => id.startsWith(beginning)) ?? '';

/** The policies of the role of one function, as they would be in the account. */
const policiesOf = (template: Template, who: string) =>
  Object.values(propertiesOf(template, 'AWS::IAM::Policy'))
    .filter((policy) => String(policy.PolicyName).startsWith(who))
    .map((policy) => ({
      name: String(policy.PolicyName),
      policy: {
        Version: '2012-10-17',
        Statement: policy.PolicyDocument.Statement.map((statement: Props) => ({
          ...statement,
          ...(statement.Condition ? { Condition: conditionsOf(template, statement.Condition) } : {}),
          Resource: list(statement.Resource).map((resource) => inAccount(settled(template, resource))),
        })),
      },
    }));

/** The policy that KMS gives a key: it leaves to IAM what the account's roles may do with it. */
const KEY_POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
};

/** Asks an evaluator of IAM policies, which knows every action with its resources and condition keys. Throws what it finds wrong. */
export const isAllowed = async (
  template: Template,
  who: string,
  { action, resource, context = {} }: Call,
): Promise<boolean> => {
  const identityPolicies = policiesOf(template, who);
  if (identityPolicies.length === 0) throw new Error(`${who} has no policy`);
  const answer = await runSimulation(
    {
      request: {
        principal: `arn:aws:sts::${ACCOUNT}:assumed-role/${who}/${who}`,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: { ...context },
      },
      identityPolicies,
      ...(resource.includes(':kms:') ? { resourcePolicy: KEY_POLICY } : {}),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors));
  return answer.overallResult === 'Allowed';
};
