import { Aws, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { allowDescribe, allowTerminate, STAGE_TAG } from './launch.ts';

const INSTANCES = `arn:${Aws.PARTITION}:ec2:${Aws.REGION}:${Aws.ACCOUNT_ID}:instance/*`;

/** Allows the audit to look at everything and to end what this stage has launched; it launches nothing. */
export const allowAudit = (role: Role, stage: string): void => {
  allowDescribe(role);
  allowTerminate(role, stage);
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:instance/*]',
    reason: 'Which instances there will be is not known; the tag of the stage on them is a condition.',
  });
};

/** Allows a role to read what machines of this stage have said on their consoles. */
export const allowConsoles = (role: Role, stage: string): void => {
  role.addToPolicy(
    new PolicyStatement({
      sid: 'ReadConsolesOfOurs',
      actions: ['ec2:GetConsoleOutput'],
      resources: [INSTANCES],
      conditions: { StringEquals: { [`aws:ResourceTag/${STAGE_TAG}`]: stage } },
    }),
  );
};
