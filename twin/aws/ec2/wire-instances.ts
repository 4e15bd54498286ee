import * as z from 'zod';
import { isoSeconds } from './events.ts';
import { isSpot, type Life, stateReasonOf, type TwinInstance } from './instance.ts';
import { count, readParameters, type Tree, tagSpecifications, type Xml } from './wire.ts';
import type { Ec2World } from './world.ts';

const describeParameters = z.strictObject({
  InstanceId: z.array(z.string()).default([]),
  Filter: z.array(z.strictObject({ Name: z.string(), Value: z.array(z.string()).min(1) })).default([]),
  MaxResults: count.optional(),
  NextToken: z.string().optional(),
});

/** DescribeInstances over the wire. */
export const describeInstancesAction = (world: Ec2World, tree: Tree): Xml => {
  const given = readParameters(describeParameters, tree);
  const { instances, nextToken } = world.calls.describeInstances({
    instanceIds: given.InstanceId,
    filters: given.Filter.map(({ Name, Value }) => ({ name: Name, values: Value })),
    ...(given.MaxResults === undefined ? {} : { maxResults: given.MaxResults }),
    ...(given.NextToken === undefined ? {} : { nextToken: given.NextToken }),
  });
  return {
    reservationSet: reservationsXml(instances, world.account),
    ...(nextToken === undefined ? {} : { nextToken }),
  };
};

const consoleParameters = z.strictObject({
  InstanceId: z.string(),
  Latest: z.enum(['true', 'false']).optional(),
});

/** GetConsoleOutput over the wire: the text in base64, left out while there is none. */
export const getConsoleOutputAction = (world: Ec2World, tree: Tree): Xml => {
  const { InstanceId, Latest } = readParameters(consoleParameters, tree);
  const text = world.calls.getConsoleOutput(InstanceId, Latest === 'true');
  return {
    instanceId: InstanceId,
    timestamp: isoSeconds(world.now()),
    ...(text === undefined ? {} : { output: Buffer.from(text).toString('base64') }),
  };
};

const terminateParameters = z.strictObject({ InstanceId: z.array(z.string()).min(1) });

/** TerminateInstances over the wire. */
export const terminateInstancesAction = (world: Ec2World, tree: Tree): Xml => {
  const { InstanceId } = readParameters(terminateParameters, tree);
  return {
    instancesSet: world.calls.terminateInstances(InstanceId).map(({ instanceId, previous, current }) => ({
      instanceId,
      currentState: stateXml(current),
      previousState: stateXml(previous),
    })),
  };
};

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

const STATE_CODES: Readonly<Record<Life['kind'], number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
};

const stateXml = (kind: Life['kind']): Xml => ({ code: STATE_CODES[kind], name: kind });

const instanceXml = (instance: TwinInstance): Xml => {
  const { life, offer, tags } = instance;
  const reason = stateReasonOf(instance);
  return {
    instanceId: instance.instanceId,
    imageId: instance.imageId,
    instanceState: stateXml(life.kind),
    clientToken: instance.clientToken,
    instanceType: offer.flavour,
    launchTime: isoSeconds(instance.launchedAt).replace('Z', '.000Z'),
    placement: { availabilityZone: offer.zone, tenancy: 'default' },
    ...(isSpot(instance) ? { instanceLifecycle: 'spot' } : {}),
    ...(life.kind === 'terminated' ? {} : { subnetId: instance.subnetId }),
    reason: reason?.transition ?? '',
    ...(reason === undefined ? {} : { stateReason: { code: reason.code, message: reason.message } }),
    architecture: 'x86_64',
    tagSet: Object.entries(tags).map(([key, value]) => ({ key, value })),
  };
};

/** Instances as EC2 writes them: one reservation for each launch in one place. */
const reservationsXml = (instances: readonly TwinInstance[], ownerId: string): readonly Xml[] => {
  const byReservation = new Map<string, Xml[]>();
  for (const instance of instances) {
    const listed = byReservation.get(instance.reservationId);
    if (listed === undefined) byReservation.set(instance.reservationId, [instanceXml(instance)]);
    else listed.push(instanceXml(instance));
  }
  return [...byReservation].map(([reservationId, instancesSet]) => ({
    reservationId,
    ownerId,
    instancesSet,
  }));
};
