import * as z from 'zod';
import type { FleetReply, FleetRequest, Modification } from '../aws/ec2/calls.ts';
import {
  isSpot,
  SHUTDOWN_BEHAVIORS,
  startedAt,
  stateReasonOf,
  type TwinInstance,
} from '../aws/ec2/instance.ts';
import type { Ec2World } from '../aws/ec2/world.ts';

/** The SDK's inputs and outputs on the twin's EC2, without the XML between them. */

const market = z.enum(['spot', 'on-demand']);
const fleet = z.object({
  Type: z.literal('instant'),
  ClientToken: z.string().optional(),
  LaunchTemplateConfigs: z.array(
    z.object({
      LaunchTemplateSpecification: z.object({ LaunchTemplateId: z.string(), Version: z.string() }),
      Overrides: z.array(z.object({ InstanceType: z.string(), SubnetId: z.string() })),
    }),
  ),
  TargetCapacitySpecification: z.object({
    TotalTargetCapacity: z.number(),
    DefaultTargetCapacityType: market,
  }),
  SpotOptions: z.object({ AllocationStrategy: z.string() }).optional(),
  OnDemandOptions: z.object({ AllocationStrategy: z.string() }).optional(),
  TagSpecifications: z.array(
    z.object({ ResourceType: z.string(), Tags: z.array(z.object({ Key: z.string(), Value: z.string() })) }),
  ),
});

const fleetRequest = (input: unknown): FleetRequest => {
  const given = fleet.parse(input);
  const { TotalTargetCapacity: count, DefaultTargetCapacityType } = given.TargetCapacitySpecification;
  return {
    ...(given.ClientToken === undefined ? {} : { clientToken: given.ClientToken }),
    overrides: given.LaunchTemplateConfigs.flatMap(({ LaunchTemplateSpecification, Overrides }) =>
      Overrides.map(({ InstanceType, SubnetId }) => ({
        templateId: LaunchTemplateSpecification.LaunchTemplateId,
        templateVersion: LaunchTemplateSpecification.Version,
        flavour: InstanceType,
        subnetId: SubnetId,
      })),
    ),
    target: {
      spot: DefaultTargetCapacityType === 'spot' ? count : 0,
      'on-demand': DefaultTargetCapacityType === 'spot' ? 0 : count,
    },
    strategy: {
      spot: given.SpotOptions?.AllocationStrategy ?? 'lowest-price',
      'on-demand': given.OnDemandOptions?.AllocationStrategy ?? 'lowest-price',
    },
    tagSpecifications: given.TagSpecifications.map(({ ResourceType, Tags }) => ({
      resourceType: ResourceType,
      tags: Tags.map(({ Key, Value }) => ({ key: Key, value: Value })),
    })),
  };
};

const place = ({ flavour, subnetId }: FleetRequest['overrides'][number]) => ({
  LaunchTemplateAndOverrides: { Overrides: { InstanceType: flavour, SubnetId: subnetId } },
});

const fleetReply = ({ fleetId, instances, errors }: FleetReply) => ({
  FleetId: fleetId,
  Instances: instances.map(({ override, instanceIds }) => ({
    ...place(override),
    InstanceType: override.flavour,
    InstanceIds: [...instanceIds],
  })),
  Errors: errors.map(({ override, code, message }) => ({
    ...place(override),
    ErrorCode: code,
    ErrorMessage: message,
  })),
  $metadata: {},
});

const reasonOf = (instance: TwinInstance) => {
  const reason = stateReasonOf(instance);
  if (reason === undefined) return {};
  const { code: Code, message: Message, transition: StateTransitionReason } = reason;
  return { StateReason: { Code, Message }, StateTransitionReason };
};

const described = (instance: TwinInstance, added: Readonly<Record<string, string>>) => ({
  InstanceId: instance.instanceId,
  State: { Name: instance.life.kind },
  LaunchTime: new Date(startedAt(instance) * 1000),
  BlockDeviceMappings:
    instance.life.kind === 'terminated'
      ? []
      : [{ DeviceName: '/dev/sda1', Ebs: { AttachTime: new Date(instance.launchedAt * 1000) } }],
  InstanceType: instance.offer.flavour,
  Placement: { AvailabilityZone: instance.offer.zone },
  ...(isSpot(instance) ? { InstanceLifecycle: 'spot' } : {}),
  ...reasonOf(instance),
  Tags: Object.entries({ ...instance.tags, ...added }).map(([Key, Value]) => ({ Key, Value })),
});

const search = z.object({
  Filters: z.array(z.object({ Name: z.string(), Values: z.array(z.string()) })).default([]),
  InstanceIds: z.array(z.string()).default([]),
  MaxResults: z.number().optional(),
  NextToken: z.string().optional(),
});
const console = z.object({ InstanceId: z.string(), Latest: z.boolean().default(false) });
/** The instances that an order to end or to start is about. */
export const ordered = z.object({ InstanceIds: z.array(z.string()) });

const modified = z
  .object({
    InstanceId: z.string(),
    InstanceInitiatedShutdownBehavior: z.object({ Value: z.enum(SHUTDOWN_BEHAVIORS) }).optional(),
    InstanceType: z.object({ Value: z.string() }).optional(),
  })
  .transform(
    ({ InstanceId, InstanceInitiatedShutdownBehavior: behavior, InstanceType: type }): Modification => ({
      instanceId: InstanceId,
      ...(behavior === undefined ? {} : { shutdownBehavior: behavior.Value }),
      ...(type === undefined ? {} : { flavour: type.Value }),
    }),
  );

/** What of an instance an order is to change. */
export const modification = (input: unknown): Modification => modified.parse(input);

export const tagged = z.object({
  Resources: z.array(z.string()),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })),
});

/** What is shown of instances. */
export interface Shown {
  /** False for those that a late view does not have yet. */
  readonly shows: (instance: TwinInstance) => boolean;
  /** Tags that somebody has added since the launch. */
  readonly added: (instanceId: string) => Readonly<Record<string, string>>;
}

/** Answers one of EC2's calls; throws EC2's refusals. */
export const ec2Answer = (
  { calls }: Ec2World,
  command: string,
  input: unknown,
  { shows, added }: Shown,
): unknown => {
  switch (command) {
    case 'CreateFleetCommand':
      return fleetReply(calls.createFleet(fleetRequest(input)));
    case 'TerminateInstancesCommand': {
      const changes = calls.terminateInstances(ordered.parse(input).InstanceIds);
      return {
        TerminatingInstances: changes.map(({ instanceId }) => ({ InstanceId: instanceId })),
        $metadata: {},
      };
    }
    case 'StartInstancesCommand': {
      const changes = calls.startInstances(ordered.parse(input).InstanceIds);
      return {
        StartingInstances: changes.map(({ instanceId }) => ({ InstanceId: instanceId })),
        $metadata: {},
      };
    }
    case 'ModifyInstanceAttributeCommand':
      calls.modifyInstanceAttribute(modification(input));
      return { $metadata: {} };
    case 'CreateTagsCommand': {
      const { Resources, Tags } = tagged.parse(input);
      calls.createTags(
        Resources,
        Tags.map(({ Key, Value }) => ({ key: Key, value: Value })),
      );
      return { $metadata: {} };
    }
    case 'DescribeInstancesCommand': {
      const { Filters, InstanceIds, MaxResults, NextToken } = search.parse(input);
      const { instances, nextToken } = calls.describeInstances({
        instanceIds: InstanceIds,
        filters: Filters.map(({ Name, Values }) => ({ name: Name, values: Values })),
        ...(MaxResults === undefined ? {} : { maxResults: MaxResults }),
        ...(NextToken === undefined ? {} : { nextToken: NextToken }),
      });
      const Instances = instances.filter(shows).map((one) => described(one, added(one.instanceId)));
      return { Reservations: [{ Instances }], NextToken: nextToken, $metadata: {} };
    }
    case 'GetConsoleOutputCommand': {
      const { InstanceId, Latest } = console.parse(input);
      const text = calls.getConsoleOutput(InstanceId, Latest) ?? '';
      return { Output: Buffer.from(text).toString('base64'), $metadata: {} };
    }
    default:
      throw new Error(`EC2 in memory does not speak ${command}`);
  }
};
