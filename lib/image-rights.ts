import { Aws, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { imagePath } from '../core/names.ts';
import { STAGE_TAG } from './launch-rights.ts';

/** Allows a role to launch from the images that the stage's pipeline has made, and to read which is the newest. */
export const allowPipelineImages = (role: Role, stage: string): void => {
  role.addToPolicy(
    new PolicyStatement({
      sid: 'LaunchFromImagesOfOurs',
      actions: ['ec2:CreateFleet', 'ec2:RunInstances'],
      resources: [`arn:${Aws.PARTITION}:ec2:${Aws.REGION}::image/*`],
      conditions: { StringEquals: { [`aws:ResourceTag/${STAGE_TAG}`]: stage } },
    }),
  );
  role.addToPolicy(
    new PolicyStatement({
      sid: 'ReadNewestImage',
      actions: ['ssm:GetParameter'],
      resources: [`arn:${Aws.PARTITION}:ssm:${Aws.REGION}:${Aws.ACCOUNT_ID}:parameter${imagePath(stage)}`],
    }),
  );
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:<AWS::Region>::image/*]',
    reason: 'An image has no id before it is made; the tag of the stage on it is a condition.',
  });
};
