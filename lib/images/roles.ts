import { Validations } from 'aws-cdk-lib';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

const managed = (scope: Construct, id: string, service: string, policies: readonly string[]): Role => {
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal(service),
    managedPolicies: policies.map((name) => ManagedPolicy.fromAwsManagedPolicyName(name)),
  });
  Validations.of(role).acknowledge(
    ...policies.map((name) => ({
      id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`,
      reason:
        'What Image Builder needs changes with it; AWS keeps this policy in step, and scopes it to its images.',
    })),
  );
  return role;
};

/** The machine that an image is made on: it speaks with Image Builder and Systems Manager, and reads its components. */
export const builderRole = (scope: Construct): Role =>
  managed(scope, 'BuilderRole', 'ec2.amazonaws.com', [
    'EC2InstanceProfileForImageBuilder',
    'AmazonSSMManagedInstanceCore',
  ]);

/** Who deletes old images, with their snapshots. */
export const keeperRole = (scope: Construct): Role =>
  managed(scope, 'KeeperRole', 'imagebuilder.amazonaws.com', [
    'service-role/EC2ImageBuilderLifecycleExecutionPolicy',
  ]);
