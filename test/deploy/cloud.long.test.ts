import {
  CreateLaunchTemplateCommand,
  DescribeImagesCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { describe } from 'vitest';
import { ec2Cloud } from '../../adapters/clouds/ec2/ec2.ts';
import { REQUEST } from '../adapters/ec2-served.ts';
import { cloudContract } from '../contract/cloud.ts';
import type { CloudSubject } from '../contract/cloud-subject.ts';
import { awsAt, clientOptions } from './aws.ts';
import { motoLacks, startMoto } from './moto.ts';

const MOST_PLACEMENTS = 2;

/** What an account has before anything is launched: a template, and where machines may be put. */
const prepared = async (client: EC2Client) => {
  const { Images: [image] = [] } = await client.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  const { LaunchTemplate } = await client.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'contract',
      LaunchTemplateData: { ImageId: image?.ImageId },
    }),
  );
  const { Subnets = [] } = await client.send(new DescribeSubnetsCommand({}));
  const placements = Subnets.slice(0, MOST_PLACEMENTS).map(({ SubnetId = '', AvailabilityZone = '' }) => ({
    subnetId: SubnetId,
    zone: AvailabilityZone,
  }));
  const template = { id: LaunchTemplate?.LaunchTemplateId ?? '', version: '1' };
  return {
    template,
    overrides: ['m6i.large', 'm6a.large'].flatMap((flavour) =>
      placements.map((placement) => ({ flavour, ...placement })),
    ),
  };
};

/** Moto's EC2. It launches again for a token that it has had, which EC2 does not. */
const motoCloud = async (): Promise<CloudSubject> => {
  const moto = await startMoto();
  const client = new EC2Client(clientOptions(awsAt(moto.url)));
  const account = await prepared(client);
  return {
    cloud: ec2Cloud(client),
    anew: () => ec2Cloud(client),
    unknownId: 'i-0fffffffffffffff0',
    request: (launchId, count) => ({
      ...REQUEST,
      ...account,
      launchId,
      clientToken: `token-${launchId}`,
      count,
      tags: { ...REQUEST.tags, 'aerie:launch': launchId },
    }),
    now: () => Date.now() / 1000,
    settle: () => {},
    async close() {
      client.destroy();
      await moto.close();
    },
  };
};

describe.skipIf(motoLacks().length > 0)("moto's EC2", () =>
  cloudContract(motoCloud, ['token', 'limit', 'refused end', 'proxy', 'openstack']),
);
