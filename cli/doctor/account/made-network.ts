import { DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import { type Finding, fail, ok, warn } from '../finding.ts';
import { asked } from '../look/asked.ts';
import type { Examined } from '../look/examined.ts';
import { regionZones } from './zones.ts';

/** The zones in which the account has a default subnet. */
const defaultZones = async ({ clients }: Examined) =>
  asked(
    'ec2:DescribeSubnets',
    clients.ec2
      .send(new DescribeSubnetsCommand({ Filters: [{ Name: 'default-for-az', Values: ['true'] }] }))
      .then(({ Subnets = [] }) => Subnets.map(({ AvailabilityZone = '' }) => AvailabilityZone)),
  );

/**
 * Looks whether CloudFormation finds as many zones as a network takes that a deploy makes. `Fn::GetAZs` returns the zones
 * with a default subnet, or all zones if none has one. Source: CloudFormation Template Reference, Fn::GetAZs.
 */
export const checkMadeNetwork = async (
  stage: Examined,
  { kind, zones }: { readonly kind: string; readonly zones: number },
): Promise<readonly Finding[]> => {
  const [region, defaults] = await Promise.all([regionZones(stage), defaultZones(stage)]);
  if (!region.ok) return [warn('network', region.why)];
  if (!defaults.ok) return [warn('network', defaults.why)];
  const withDefault = region.value.filter((zone) => defaults.value.includes(zone));
  const found = withDefault.length > 0 ? withDefault : region.value;
  if (found.length >= zones) {
    return [ok('network', `${kind}: the deploy makes it, in ${zones} of ${found.length} zones`)];
  }
  const passed = region.value.filter((zone) => !found.includes(zone));
  const lower = `write "zones": ${found.length} into "network" of the stage`;
  const create = passed
    .slice(0, zones - found.length)
    .map((zone) => `aws ec2 create-default-subnet --availability-zone ${zone}`);
  return [
    fail(
      'network',
      [
        `the network takes ${zones} zones, and CloudFormation finds ${found.length} (${found.join(', ')})`,
        ...(passed.length > 0 ? [`it passes over ${passed.join(', ')}, which has no default subnet`] : []),
      ].join(': '),
      create.length > 0 ? `${lower}, or: ${create.join('; ')}` : lower,
    ),
  ];
};
