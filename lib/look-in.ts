import { Aws, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { workerLogGroup } from './stage/look-in.ts';

/**
 * Allows workers to be reached by sessions of AWS Systems Manager, and nothing else of it: the agent takes no commands and reads
 * no parameters. Source: Systems Manager User Guide, instance permissions for Session Manager.
 */
export const allowSessions = (role: Role): void => {
  role.addToPolicy(
    new PolicyStatement({
      sid: 'HoldSessions',
      actions: [
        'ssm:UpdateInstanceInformation',
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
      ],
      resources: ['*'],
    }),
  );
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'These actions know no resources.',
  });
};

/** Makes the group of the workers' logs, and allows them to write there and to read nothing. */
export const keepLogs = (scope: Construct, role: Role, stage: string, days: number): void => {
  const name = workerLogGroup(stage);
  const group = new CfnLogGroup(scope, 'WorkerLogs', { logGroupName: name, retentionInDays: days });
  group.applyRemovalPolicy(RemovalPolicy.DESTROY);
  const arn = `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:${name}`;
  role.addToPolicy(
    new PolicyStatement({
      sid: 'WriteLogs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [`${arn}:*`],
    }),
  );
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:${name}:*]`,
    reason: 'A stream is named by the machine that writes it, which is not there yet.',
  });
};
