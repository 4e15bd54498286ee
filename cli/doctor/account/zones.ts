import { DescribeAvailabilityZonesCommand } from '@aws-sdk/client-ec2';
import { type Asked, asked, mapped } from '../look/asked.ts';
import type { Examined } from '../look/examined.ts';

/** Where workers are put. */
export interface WorkerSubnet {
  readonly subnetId: string;
  readonly zone: string;
}

/** The subnets of the workers: those of the block, or those that a deploy has made; undefined: none are made yet. */
export const workerSubnets = async (stage: Examined): Promise<readonly WorkerSubnet[] | undefined> => {
  const { network } = stage.config;
  if (network.kind === 'existing') return network.placements;
  const launcher = await stage.launcher();
  const text = launcher.ok ? launcher.value.environment.AERIE_PLACEMENTS : undefined;
  return text?.split(',').map((pair) => {
    const [subnetId = '', zone = ''] = pair.split('=');
    return { subnetId, zone };
  });
};

/** The zones of the region that the account can use now, without Local Zones and the like. */
export const regionZones = async ({ clients }: Examined): Promise<Asked<readonly string[]>> => {
  const answer = await asked(
    'ec2:DescribeAvailabilityZones',
    clients.ec2.send(
      new DescribeAvailabilityZonesCommand({
        Filters: [
          { Name: 'zone-type', Values: ['availability-zone'] },
          { Name: 'state', Values: ['available'] },
        ],
      }),
    ),
  );
  return mapped(answer, ({ AvailabilityZones = [] }) =>
    AvailabilityZones.map(({ ZoneName = '' }) => ZoneName),
  );
};

/** The zones that workers may be in: those of their subnets, or every zone of the region while there are none. */
export const workerZones = async (stage: Examined): Promise<Asked<readonly string[]>> => {
  const subnets = await workerSubnets(stage);
  if (subnets !== undefined) return { ok: true, value: subnets.map(({ zone }) => zone) };
  return regionZones(stage);
};
