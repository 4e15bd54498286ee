import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { imagePath } from '../../core/model/names.ts';

/** Allows a role to read which of the images of the stage's pipeline is the newest; launching from it, the template's right allows. */
export const allowPipelineImages = (role: Role, stage: string): void => {
  role.addToPolicy(
    new PolicyStatement({
      sid: 'ReadNewestImage',
      actions: ['ssm:GetParameter'],
      resources: [`arn:${Aws.PARTITION}:ssm:${Aws.REGION}:${Aws.ACCOUNT_ID}:parameter${imagePath(stage)}`],
    }),
  );
};
