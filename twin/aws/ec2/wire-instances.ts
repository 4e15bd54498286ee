import * as z from 'zod';
import { isoSeconds } from './events.ts';
import type { Tree } from './form.ts';
import { count, readParameters } from './wire.ts';
import { reservationsXml, stateXml } from './wire-reservation.ts';
import type { Ec2World } from './world.ts';
import type { Xml } from './xml.ts';

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
