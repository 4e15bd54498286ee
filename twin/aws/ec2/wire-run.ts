import * as z from 'zod';
import type { Tree } from './form.ts';
import { count, readParameters, tagSpecifications } from './wire.ts';
import { reservationsXml } from './wire-reservation.ts';
import type { Ec2World } from './world.ts';
import type { Xml } from './xml.ts';

const parameters = z.strictObject({
  MinCount: count,
  MaxCount: count,
  ClientToken: z.string().optional(),
  LaunchTemplate: z.strictObject({ LaunchTemplateId: z.string(), Version: z.string() }),
  InstanceType: z.string(),
  SubnetId: z.string(),
  InstanceMarketOptions: z.strictObject({ MarketType: z.literal('spot') }).optional(),
  TagSpecification: tagSpecifications,
});

/** RunInstances over the wire. */
export const runInstancesAction = (world: Ec2World, tree: Tree): Xml => {
  const given = readParameters(parameters, tree);
  const { instances } = world.calls.runInstances({
    ...(given.ClientToken === undefined ? {} : { clientToken: given.ClientToken }),
    templateId: given.LaunchTemplate.LaunchTemplateId,
    templateVersion: given.LaunchTemplate.Version,
    flavour: given.InstanceType,
    subnetId: given.SubnetId,
    market: given.InstanceMarketOptions === undefined ? 'on-demand' : 'spot',
    minCount: given.MinCount,
    maxCount: given.MaxCount,
    tagSpecifications: given.TagSpecification,
  });
  return reservationsXml(instances, world.account)[0] ?? {};
};
