import * as z from 'zod';
import type { StateChange } from './calls.ts';
import { isoSeconds } from './events.ts';
import {
  addressOf,
  isSpot,
  type Life,
  SHUTDOWN_BEHAVIORS,
  startedAt,
  stateReasonOf,
  type TwinInstance,
} from './instance.ts';
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

const versionParameters = z.strictObject({
  LaunchTemplateId: z.string(),
  LaunchTemplateVersion: z.tuple([z.string()]),
});

/** DescribeLaunchTemplateVersions over the wire, of one version: its user-data as they were given, in base64. */
export const describeLaunchTemplateVersionsAction = (world: Ec2World, tree: Tree): Xml => {
  const {
    LaunchTemplateId,
    LaunchTemplateVersion: [asked],
  } = readParameters(versionParameters, tree);
  const { id, version, imageId, userData } = world.calls.describeLaunchTemplateVersion(
    LaunchTemplateId,
    asked,
  );
  return {
    launchTemplateVersionSet: [
      {
        launchTemplateId: id,
        versionNumber: version,
        launchTemplateData: { imageId, userData: Buffer.from(userData).toString('base64') },
      },
    ],
  };
};

const terminateParameters = z.strictObject({ InstanceId: z.array(z.string()).min(1) });

/** TerminateInstances over the wire. */
export const terminateInstancesAction = (world: Ec2World, tree: Tree): Xml => {
  const { InstanceId } = readParameters(terminateParameters, tree);
  return {
    instancesSet: world.calls.terminateInstances(InstanceId).map(changeXml),
  };
};

/** StartInstances over the wire. */
export const startInstancesAction = (world: Ec2World, tree: Tree): Xml => {
  const { InstanceId } = readParameters(terminateParameters, tree);
  return { instancesSet: world.calls.startInstances(InstanceId).map(changeXml) };
};

const modifyParameters = z.strictObject({
  InstanceId: z.string(),
  InstanceInitiatedShutdownBehavior: z.strictObject({ Value: z.enum(SHUTDOWN_BEHAVIORS) }).optional(),
  InstanceType: z.strictObject({ Value: z.string() }).optional(),
});

/** ModifyInstanceAttribute over the wire. */
export const modifyInstanceAttributeAction = (world: Ec2World, tree: Tree): Xml => {
  const given = readParameters(modifyParameters, tree);
  const { InstanceInitiatedShutdownBehavior: behavior, InstanceType: type } = given;
  world.calls.modifyInstanceAttribute({
    instanceId: given.InstanceId,
    ...(behavior === undefined ? {} : { shutdownBehavior: behavior.Value }),
    ...(type === undefined ? {} : { flavour: type.Value }),
  });
  return { return: true };
};

const tagParameters = z.strictObject({
  ResourceId: z.array(z.string()).min(1),
  Tag: z.array(z.strictObject({ Key: z.string(), Value: z.string().default('') })).min(1),
});

/** CreateTags over the wire. */
export const createTagsAction = (world: Ec2World, tree: Tree): Xml => {
  const { ResourceId, Tag } = readParameters(tagParameters, tree);
  world.calls.createTags(
    ResourceId,
    Tag.map(({ Key, Value }) => ({ key: Key, value: Value })),
  );
  return { return: true };
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
  stopping: 64,
  stopped: 80,
  terminated: 48,
};

const momentOf = (seconds: number): string => isoSeconds(seconds).replace('Z', '.000Z');

const stateXml = (kind: Life['kind']): Xml => ({ code: STATE_CODES[kind], name: kind });

const changeXml = ({ instanceId, previous, current }: StateChange): Xml => ({
  instanceId,
  currentState: stateXml(current),
  previousState: stateXml(previous),
});

/** The root volume stays attached from the launch to the end, whatever sleeps between. */
const rootVolume = (instance: TwinInstance): Xml => ({
  deviceName: '/dev/sda1',
  ebs: {
    volumeId: `vol-${instance.instanceId.slice(2)}`,
    status: 'attached',
    attachTime: momentOf(instance.launchedAt),
    deleteOnTermination: true,
  },
});

const instanceXml = (instance: TwinInstance): Xml => {
  const { life, offer, tags } = instance;
  const reason = stateReasonOf(instance);
  return {
    instanceId: instance.instanceId,
    imageId: instance.imageId,
    instanceState: stateXml(life.kind),
    clientToken: instance.clientToken,
    instanceType: offer.flavour,
    launchTime: momentOf(startedAt(instance)),
    placement: { availabilityZone: offer.zone, tenancy: 'default' },
    ...(isSpot(instance) ? { instanceLifecycle: 'spot' } : {}),
    ...(life.kind === 'terminated' ? {} : { subnetId: instance.subnetId }),
    ...(life.kind === 'terminated' ? {} : { blockDeviceMapping: [rootVolume(instance)] }),
    ipAddress: addressOf(instance),
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
