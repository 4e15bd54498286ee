import { Aws, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { fleetsPath, queuesPath, secretPath } from '../../core/model/names.ts';

const parameter = (name: string): string =>
  `arn:${Aws.PARTITION}:ssm:${Aws.REGION}:${Aws.ACCOUNT_ID}:parameter${name}`;

/**
 * Allows a role to read the endpoint's secret: a SecureString that the admin puts once, so that it is in no template
 * and in no repository.
 */
export const allowSecret = (role: Role, stage: string): void => {
  role.addToPolicy(
    new PolicyStatement({
      sid: 'ReadEndpointSecret',
      actions: ['ssm:GetParameter'],
      resources: [parameter(secretPath(stage))],
    }),
  );
};

/**
 * Allows a role to read the settings of all queues and fleets. New ones need no deploy, hence the paths and what is below
 * them.
 */
export const allowSettings = (role: Role, stage: string): void => {
  const paths = [queuesPath(stage), fleetsPath(stage)];
  role.addToPolicy(
    new PolicyStatement({
      sid: 'ReadSettings',
      actions: ['ssm:GetParametersByPath'],
      resources: paths.flatMap((path) => [parameter(path), parameter(`${path}/*`)]),
    }),
  );
  Validations.of(role).acknowledge(
    ...paths.map((path) => ({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter${path}/*]`,
      reason: 'A queue or a fleet that is added by hand has to be read without a deploy.',
    })),
  );
};
