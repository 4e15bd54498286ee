import {
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  type Route,
  type RouteTable,
  type Subnet,
} from '@aws-sdk/client-ec2';
import { type Finding, fail, ok, warn } from '../finding.ts';
import { asked } from '../look/asked.ts';
import type { Examined } from '../look/examined.ts';
import { checkMadeNetwork } from './made-network.ts';

interface Placement {
  readonly subnetId: string;
  readonly zone: string;
}

/** Fewer addresses hold fewer workers than anybody sets up a pool for. */
const FEW_ADDRESSES = 16;

/** The table of a subnet: its own, or the main one of its VPC. */
const tableOf = (tables: readonly RouteTable[], subnetId: string): RouteTable | undefined =>
  tables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnetId)) ??
  tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main === true));

/** The routes by which a table leads to the Internet. */
const waysOut = (table: RouteTable | undefined): readonly Route[] =>
  (table?.Routes ?? []).filter(
    ({ DestinationCidrBlock, DestinationIpv6CidrBlock, State }) =>
      (DestinationCidrBlock === '0.0.0.0/0' || DestinationIpv6CidrBlock === '::/0') && State !== 'blackhole',
  );

const isInternetGateway = ({ GatewayId = '' }: Route): boolean => GatewayId.startsWith('igw-');

const judgeWayOut = (subnet: Subnet, table: RouteTable | undefined): readonly Finding[] => {
  const id = subnet.SubnetId ?? '';
  const out = waysOut(table);
  if (out.length === 0) {
    return [
      fail(
        'network',
        `${id} has no way out: ${table?.RouteTableId ?? 'its route table'} has no route to 0.0.0.0/0 or ::/0 that works`,
        'add a route to a NAT, egress-only or internet gateway, or name another subnet',
      ),
    ];
  }
  const v4 = out.filter(({ DestinationCidrBlock }) => DestinationCidrBlock !== undefined);
  const isPublic = v4.length > 0 && v4.every(isInternetGateway);
  if (isPublic && subnet.MapPublicIpOnLaunch === false && out.length === v4.length) {
    return [
      fail(
        'network',
        `${id} goes out through an internet gateway and gives no public addresses: no byte would leave`,
        `aws ec2 modify-subnet-attribute --subnet-id ${id} --map-public-ip-on-launch`,
      ),
    ];
  }
  return [];
};

/** Judges whether functions that stand in a subnet come out of it by one address. */
const judgeFunctions = (id: string, table: RouteTable | undefined): readonly Finding[] => {
  const v4 = waysOut(table).filter(({ DestinationCidrBlock }) => DestinationCidrBlock !== undefined);
  if (!v4.some(isInternetGateway)) return [];
  return [
    fail(
      'network',
      `${id} goes out through an internet gateway: Lambda gives functions no public address, and with "fixedAddress" they would reach nobody`,
      'name subnets behind a NAT gateway, or take "fixedAddress" out of the stage',
    ),
  ];
};

interface Found {
  readonly subnets: readonly Subnet[];
  readonly tables: readonly RouteTable[];
  readonly vpcId: string;
  /** Whether functions stand in the subnets too. */
  readonly hasFunctions: boolean;
}

/** Judges one of the subnets that a stage names. */
const judgeSubnet = ({ subnetId, zone }: Placement, found: Found): readonly Finding[] => {
  const subnet = found.subnets.find(({ SubnetId }) => SubnetId === subnetId);
  const where = 'in "network" of the stage';
  if (subnet === undefined) {
    return [
      fail(
        'network',
        `there is no subnet ${subnetId} in this account and region`,
        `name another one ${where}`,
      ),
    ];
  }
  const { VpcId, AvailabilityZone, AvailableIpAddressCount: left = 0 } = subnet;
  if (VpcId !== found.vpcId) {
    return [
      fail(
        'network',
        `${subnetId} is in ${VpcId}, not in ${found.vpcId}`,
        `write "vpcId": "${VpcId}" ${where}`,
      ),
    ];
  }
  if (AvailabilityZone !== zone) {
    const text = `${subnetId} is in ${AvailabilityZone}, not in ${zone}`;
    return [fail('network', text, `write "zone": "${AvailabilityZone}" ${where}`)];
  }
  const table = tableOf(found.tables, subnetId);
  return [
    ...(left === 0
      ? [fail('network', `${subnetId} has no address left`, `name another subnet ${where}`)]
      : left < FEW_ADDRESSES
        ? [warn('network', `${subnetId} has ${left} addresses left`, `name another subnet ${where}`)]
        : []),
    ...judgeWayOut(subnet, table),
    ...(found.hasFunctions ? judgeFunctions(subnetId, table) : []),
  ];
};

/** Looks at the subnets that a stage names, or for the zones of those that it makes. */
export const checkNetwork = async (stage: Examined): Promise<readonly Finding[]> => {
  const { config, clients } = stage;
  const { network } = config;
  if (network.kind !== 'existing') return checkMadeNetwork(stage, network);
  const { vpcId, placements } = network;
  const SubnetIds = placements.map(({ subnetId }) => subnetId);
  const [subnets, tables] = await Promise.all([
    asked(
      'ec2:DescribeSubnets',
      clients.ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: SubnetIds }] })),
    ),
    asked(
      'ec2:DescribeRouteTables',
      clients.ec2.send(new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] })),
    ),
  ]);
  if (!subnets.ok) return [warn('network', subnets.why)];
  if (!tables.ok) return [warn('network', tables.why)];
  const found = {
    vpcId,
    hasFunctions: config.fixedAddress,
    subnets: subnets.value.Subnets ?? [],
    tables: tables.value.RouteTables ?? [],
  };
  const findings = placements.flatMap((placement) => judgeSubnet(placement, found));
  if (findings.length > 0) return findings;
  return [
    ok('network', `${SubnetIds.length} subnets of ${vpcId} are in their zones, with addresses and a way out`),
  ];
};
