import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { CloudBlock } from '../stage/clouds.ts';

const parameter = (path: string): string =>
  `arn:${Aws.PARTITION}:ssm:${Aws.REGION}:${Aws.ACCOUNT_ID}:parameter${path}`;

/**
 * Allows roles to read the credentials of the clouds beside EC2, each a SecureString that the admin puts by hand, so that it
 * is in no template and in no repository.
 */
export const allowClouds = (roles: readonly Role[], clouds: Readonly<Record<string, CloudBlock>>): void => {
  const credentials = Object.values(clouds).map(({ credential }) => credential);
  if (credentials.length === 0) return;
  for (const role of roles) {
    role.addToPolicy(
      new PolicyStatement({
        sid: 'ReadCloudCredentials',
        actions: ['ssm:GetParameter'],
        resources: credentials.map(parameter),
      }),
    );
  }
};

/** Allows a role to read the user-data of launch templates, which workers on other clouds have too; EC2 shows all of the account or none. */
export const allowTemplates = (role: Role, clouds: Readonly<Record<string, CloudBlock>>): void => {
  if (Object.keys(clouds).length === 0) return;
  role.addToPolicy(
    new PolicyStatement({
      sid: 'ReadUserData',
      actions: ['ec2:DescribeLaunchTemplateVersions'],
      resources: ['*'],
    }),
  );
};
