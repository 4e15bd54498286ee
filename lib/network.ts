import { Validations } from 'aws-cdk-lib';
import { IpAddresses, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { StageConfig } from './config.ts';

/** A subnet for workers and its zone; either may be known only when it is deployed. */
export interface WorkerPlacement {
  readonly subnetId: string;
  readonly zone: string;
}

type Given = { readonly vpcId: string; readonly placements: readonly WorkerPlacement[] };

const ZONES = 2;

/** Where workers live: the site's own subnets, or two public ones that are made here. */
export class Network extends Construct {
  readonly vpc: IVpc;
  readonly placements: readonly WorkerPlacement[];

  constructor(scope: Construct, id: string, given: StageConfig['network']) {
    super(scope, id);
    const { vpcId, placements } = given ?? this.make();
    this.placements = placements;
    this.vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId,
      availabilityZones: placements.map(({ zone }) => zone),
    });
  }

  /** No NAT gateways: a worker has a public address, which nothing can connect in to, and pays for no detour. */
  private make(): Given {
    const vpc = new Vpc(this, 'Made', {
      ipAddresses: IpAddresses.cidr('10.42.0.0/16'),
      maxAzs: ZONES,
      natGateways: 0,
      /** Nothing is in the default group; emptying it would take a Lambda of its own. */
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: 'workers', subnetType: SubnetType.PUBLIC, cidrMask: 18 }],
    });
    Validations.of(vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason:
        'Only workers live here, their only traffic is outbound and is that of physics jobs: flow logs of it would cost more than they tell. A site that needs them gives a network of its own.',
    });
    const placements = vpc.publicSubnets.map(({ subnetId, availabilityZone }) => ({
      subnetId,
      zone: availabilityZone,
    }));
    return { vpcId: vpc.vpcId, placements };
  }
}
