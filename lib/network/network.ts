import { Validations } from 'aws-cdk-lib';
import {
  CfnEIP,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  IpProtocol,
  type ISubnet,
  type IVpc,
  type SubnetConfiguration,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { StageConfig } from '../stage/config.ts';
import { MOST_ZONES } from '../stage/network.ts';

/** A subnet for workers and its zone; either may be known only when it is deployed. */
export interface WorkerPlacement {
  readonly subnetId: string;
  readonly zone: string;
}

type Given = StageConfig['network'];
type Make = Exclude<Given, { kind: 'existing' }>;
type Kind = Make['kind'];

const WORKERS = 'workers';
/** An eighth of the network's 16 bits for a zone: 8,000 workers. Six zones and their NAT subnets fit. */
const WORKERS_MASK = 19;

interface Made {
  readonly natGateways: number;
  readonly subnets: readonly SubnetConfiguration[];
  readonly ipv6: boolean;
  /** Where workers are put. */
  readonly workersIn: (vpc: Vpc) => readonly ISubnet[];
}

const small = { name: 'nat', subnetType: SubnetType.PUBLIC, cidrMask: 28 } as const;
const wide = { name: WORKERS, cidrMask: WORKERS_MASK } as const;

/** The networks that can be made here; docs/money.md#network has what each costs. */
const KINDS: Readonly<Record<Kind, Made>> = {
  /** A worker has a public address, which nothing can connect in to, and pays for no detour. */
  public: {
    natGateways: 0,
    subnets: [{ ...wide, subnetType: SubnetType.PUBLIC }],
    ipv6: false,
    workersIn: (vpc) => vpc.publicSubnets,
  },
  /** One gateway: two would be twice as dear, and workers of a zone without one are launched in the other. */
  nat: {
    natGateways: 1,
    subnets: [small, { ...wide, subnetType: SubnetType.PRIVATE_WITH_EGRESS }],
    ipv6: false,
    workersIn: (vpc) => vpc.privateSubnets,
  },
  /** Out over IPv6 only, through a gateway that costs nothing: for pools and storage that all speak it. */
  ipv6: {
    natGateways: 0,
    subnets: [small, { ...wide, subnetType: SubnetType.PRIVATE_WITH_EGRESS }],
    ipv6: true,
    workersIn: (vpc) => vpc.privateSubnets,
  },
};

const isAddress = (it: unknown): it is CfnEIP => it instanceof CfnEIP;

/** Where workers live: the site's own subnets, or some that are made here. No network lets anything in. */
export class Network extends Construct {
  readonly vpc: IVpc;
  readonly placements: readonly WorkerPlacement[];
  /** The public address of the NAT gateway that was made here, if one was. */
  readonly address: string | undefined;

  constructor(scope: Construct, id: string, given: Given) {
    super(scope, id);
    const { vpcId, placements, address } =
      given.kind === 'existing'
        ? { ...given, address: undefined }
        : this.make(KINDS[given.kind], given.zones);
    this.placements = placements;
    this.address = address;
    this.vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId,
      availabilityZones: placements.map(({ zone }) => zone),
    });
  }

  private make({ natGateways, subnets, ipv6, workersIn }: Made, zones: number) {
    const vpc = new Vpc(this, 'Made', {
      ipAddresses: IpAddresses.cidr('10.42.0.0/16'),
      ...(ipv6 ? { ipProtocol: IpProtocol.DUAL_STACK } : {}),
      maxAzs: zones,
      /** Every subnet keeps its addresses when zones are added: CloudFormation makes the new before it removes the old. */
      reservedAzs: MOST_ZONES - zones,
      natGateways,
      /** Nothing is in the default group; emptying it would take a Lambda of its own. */
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [...subnets],
      /** Both cost nothing, and keep what jobs and functions fetch from there out of the NAT gateway's bill. */
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        Ledger: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
    });
    Validations.of(vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason:
        'Only workers live here, their only traffic is outbound and is that of physics jobs: flow logs of it would cost more than they tell. A site that needs them gives a network of its own.',
    });
    const placements = workersIn(vpc).map(({ subnetId, availabilityZone }) => ({
      subnetId,
      zone: availabilityZone,
    }));
    const [address] = vpc.publicSubnets.flatMap(({ node }) => node.children.filter(isAddress));
    return { vpcId: vpc.vpcId, placements, address: address?.ref };
  }
}
