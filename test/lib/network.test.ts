import { describe, expect, it } from 'vitest';
import { propertiesOf, stackOf } from './stack-of.ts';

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
