import { describe, expect, it } from 'vitest';
import { propertiesOf, stackOf } from '../stack-of.ts';

const count = (template: ReturnType<typeof stackOf>, type: string) =>
  Object.keys(propertiesOf(template, type)).length;

const inbound = (template: ReturnType<typeof stackOf>) =>
  Object.values(propertiesOf(template, 'AWS::EC2::SecurityGroup')).flatMap(
    ({ SecurityGroupIngress = [] }) => SecurityGroupIngress,
  );

describe.each([
  ['public', { nat: 0, egressOnly: 0, publicAddress: true }],
  ['nat', { nat: 1, egressOnly: 0, publicAddress: false }],
  ['ipv6', { nat: 0, egressOnly: 1, publicAddress: false }],
] as const)('a network of the kind %s', (kind, { nat, egressOnly, publicAddress }) => {
  const template = stackOf({ network: { kind } });
  const workers = Object.values(propertiesOf(template, 'AWS::EC2::Subnet')).filter((subnet) =>
    subnet.Tags.some(
      ({ Key, Value }: { Key: string; Value: string }) =>
        Key === 'aws-cdk:subnet-name' && Value === 'workers',
    ),
  );

  it('has two subnets for workers, in two zones', () => {
    expect(workers).toHaveLength(2);
    expect(new Set(workers.map((subnet) => JSON.stringify(subnet.AvailabilityZone))).size).toBe(2);
  });

  it('lets workers out as it says, and nothing in', () => {
    expect(count(template, 'AWS::EC2::NatGateway')).toBe(nat);
    expect(count(template, 'AWS::EC2::EgressOnlyInternetGateway')).toBe(egressOnly);
    expect(workers.map((subnet) => subnet.MapPublicIpOnLaunch)).toEqual([publicAddress, publicAddress]);
    if (kind === 'ipv6') {
      expect(workers.map((subnet) => subnet.AssignIpv6AddressOnCreation)).toEqual([true, true]);
    }
    expect(inbound(template)).toEqual([]);
  });
});

describe('the functions', () => {
  const placed = (block: object) =>
    Object.values(propertiesOf(stackOf(block), 'AWS::Lambda::Function')).map(({ VpcConfig }) => VpcConfig);

  it('stand in no network by themselves', () => {
    expect(placed({ network: { kind: 'nat' } })).toEqual(Array(5).fill(undefined));
  });

  it('stand in the subnets of the workers where they are to have one address, which an output tells', () => {
    const block = { network: { kind: 'nat', zones: 3 }, fixedAddress: true };
    for (const config of placed(block)) expect(config.SubnetIds).toHaveLength(3);
    const { FunctionAddress } = stackOf(block).toJSON().Outputs;
    const addresses = Object.keys(propertiesOf(stackOf(block), 'AWS::EC2::EIP'));
    expect(addresses).toHaveLength(1);
    expect(FunctionAddress.Value).toEqual({ Ref: addresses[0] });
  });

  it('stand in subnets that a site has given', () => {
    const placements = [{ subnetId: 'subnet-0000000a', zone: 'eu-west-1a' }];
    const block = { network: { vpcId: 'vpc-0123abcd', placements }, fixedAddress: true };
    for (const config of placed(block)) expect(config.SubnetIds).toEqual(['subnet-0000000a']);
  });
});

it.each([1, 2, 3, 4, 5, 6])('a network of %d zones has room for all of them', (zones) => {
  for (const kind of ['public', 'nat', 'ipv6']) {
    const subnets = Object.values(propertiesOf(stackOf({ network: { kind, zones } }), 'AWS::EC2::Subnet'));
    const blocks = subnets.map(({ CidrBlock }) => range(CidrBlock)).toSorted((a, b) => a.first - b.first);
    expect(subnets).toHaveLength(kind === 'public' ? zones : 2 * zones);
    for (const [index, { last }] of blocks.entries()) {
      expect(last).toBeLessThan(blocks[index + 1]?.first ?? NEXT_NETWORK);
    }
  }
});

describe.each(['public', 'nat', 'ipv6'])('the subnets of a network of the kind %s', (kind) => {
  const blocks = (zones: number) =>
    Object.fromEntries(
      Object.entries(propertiesOf(stackOf({ network: { kind, zones } }), 'AWS::EC2::Subnet')).map(
        ([id, { CidrBlock, Ipv6CidrBlock }]) => [id, JSON.stringify([CidrBlock, Ipv6CidrBlock])],
      ),
    );

  it('keep their addresses when a zone is added', () => {
    const grown = [1, 2, 3, 4, 5, 6].map(blocks);
    for (const [index, before] of grown.slice(0, -1).entries()) {
      expect(grown[index + 1]).toMatchObject(before);
    }
  });
});

const numberOf = (address: string): number =>
  address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
const NEXT_NETWORK = numberOf('10.43.0.0');

/** The first and the last address of a block, as numbers. */
const range = (cidr: string): { readonly first: number; readonly last: number } => {
  const [address = '', bits = '32'] = cidr.split('/');
  const first = numberOf(address);
  return { first, last: first + 2 ** (32 - Number(bits)) - 1 };
};
