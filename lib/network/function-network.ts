import { Annotations, Aws } from 'aws-cdk-lib';
import { type ISubnet, type IVpc, SecurityGroup, Subnet } from 'aws-cdk-lib/aws-ec2';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { FunctionOptions } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { WorkerPlacement } from './network.ts';

/** What Lambda does with a function's role to put it into a network. Source: Lambda Developer Guide, VPC permissions. */
const INTERFACES = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * The functions in the workers' network: they go out by its NAT gateway, whose address is the one that the site's firewall
 * lets in. Nothing comes in.
 */
export class FunctionNetwork extends Construct {
  private readonly vpc: IVpc;
  private readonly subnets: ISubnet[];
  private readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, vpc: IVpc, placements: readonly WorkerPlacement[]) {
    super(scope, id);
    this.vpc = vpc;
    this.subnets = placements.map(({ subnetId, zone }, index) => {
      const subnet = Subnet.fromSubnetAttributes(this, `Subnet${index}`, {
        subnetId,
        availabilityZone: zone,
      });
      Annotations.of(subnet).acknowledgeWarning(
        '@aws-cdk/aws-ec2:noSubnetRouteTableId',
        'Nothing here asks for its route table.',
      );
      return subnet;
    });
    this.securityGroup = new SecurityGroup(this, 'OutboundOnly', {
      vpc,
      description: 'aerie functions: nothing comes in; they ask PanDA, the endpoint and AWS',
      allowAllOutbound: true,
    });
  }

  /** Allows Lambda to give a function of this role its interfaces, and says where they are put. */
  placementOf(role: Role): Pick<FunctionOptions, 'vpc' | 'vpcSubnets' | 'securityGroups'> {
    role.addToPolicy(
      new PolicyStatement({ sid: 'StandInTheNetwork', actions: INTERFACES, resources: ['*'] }),
    );
    /** The function itself has no business with interfaces: Lambda's own calls carry no source function. */
    role.addToPolicy(
      new PolicyStatement({
        sid: 'LambdaOnly',
        effect: Effect.DENY,
        actions: INTERFACES,
        resources: ['*'],
        conditions: {
          ArnLike: {
            'lambda:SourceFunctionArn': `arn:${Aws.PARTITION}:lambda:${Aws.REGION}:${Aws.ACCOUNT_ID}:function:*`,
          },
        },
      }),
    );
    return { vpc: this.vpc, vpcSubnets: { subnets: this.subnets }, securityGroups: [this.securityGroup] };
  }
}
