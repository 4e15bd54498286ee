import * as z from 'zod';
import type { FleetGrant, FleetLack, FleetRequest, Override } from './calls.ts';
import { Ec2Refusal } from './refusal.ts';
import type { Tree, Xml } from './wire.ts';
import { count, readParameters, tagSpecifications } from './wire.ts';
import type { Ec2World } from './world.ts';

const SPOT_STRATEGIES = [
  'lowest-price',
  'diversified',
  'capacity-optimized',
  'capacity-optimized-prioritized',
  'price-capacity-optimized',
] as const;

const priority = z
  .string()
  .regex(/^\d+(\.\d+)?$/)
  .transform(Number);

const parameters = z.strictObject({
  Type: z.string().default('maintain'),
  ClientToken: z.string().optional(),
  LaunchTemplateConfigs: z
    .array(
      z.strictObject({
        LaunchTemplateSpecification: z.strictObject({ LaunchTemplateId: z.string(), Version: z.string() }),
        Overrides: z
          .array(
            z.strictObject({
              InstanceType: z.string(),
              SubnetId: z.string(),
              ImageId: z.string().optional(),
              Priority: priority.optional(),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
  TargetCapacitySpecification: z.strictObject({
    TotalTargetCapacity: count,
    OnDemandTargetCapacity: count.default(0),
    SpotTargetCapacity: count.default(0),
    DefaultTargetCapacityType: z.enum(['spot', 'on-demand']).default('on-demand'),
  }),
  SpotOptions: z.strictObject({ AllocationStrategy: z.enum(SPOT_STRATEGIES).optional() }).optional(),
  OnDemandOptions: z
    .strictObject({
      AllocationStrategy: z.enum(['lowest-price', 'prioritized']).optional(),
      /** The account has no capacity reservations, so all of a target is launched by the strategy. */
      CapacityReservationOptions: z
        .strictObject({ UsageStrategy: z.literal('use-capacity-reservations-first') })
        .optional(),
    })
    .optional(),
  TagSpecification: tagSpecifications,
});

type Parameters = z.infer<typeof parameters>;

/** The named targets; what they leave of the total goes to the default market. */
const targetOf = (given: Parameters['TargetCapacitySpecification']): FleetRequest['target'] => {
  const rest = given.TotalTargetCapacity - given.OnDemandTargetCapacity - given.SpotTargetCapacity;
  if (rest < 0) {
    throw new Ec2Refusal('InvalidParameterValue', 'The targets add up to more than TotalTargetCapacity.');
  }
  const isSpot = given.DefaultTargetCapacityType === 'spot';
  return {
    spot: given.SpotTargetCapacity + (isSpot ? rest : 0),
    'on-demand': given.OnDemandTargetCapacity + (isSpot ? 0 : rest),
  };
};

const overridesOf = (configs: Parameters['LaunchTemplateConfigs']): readonly Override[] =>
  configs.flatMap(({ LaunchTemplateSpecification: template, Overrides }) =>
    Overrides.map(({ InstanceType, SubnetId, ImageId, Priority }) => ({
      templateId: template.LaunchTemplateId,
      templateVersion: template.Version,
      flavour: InstanceType,
      subnetId: SubnetId,
      ...(ImageId === undefined ? {} : { imageId: ImageId }),
      ...(Priority === undefined ? {} : { priority: Priority }),
    })),
  );

const requestOf = (given: Parameters): FleetRequest => {
  if (given.Type !== 'instant') {
    throw new Ec2Refusal(
      'InvalidParameterValue',
      `This EC2 knows fleets of type instant only; Type is '${given.Type}' (and 'maintain' if left out).`,
    );
  }
  return {
    ...(given.ClientToken === undefined ? {} : { clientToken: given.ClientToken }),
    overrides: overridesOf(given.LaunchTemplateConfigs),
    target: targetOf(given.TargetCapacitySpecification),
    strategy: {
      spot: given.SpotOptions?.AllocationStrategy ?? 'lowest-price',
      'on-demand': given.OnDemandOptions?.AllocationStrategy ?? 'lowest-price',
    },
    tagSpecifications: given.TagSpecification,
  };
};

const placeXml = ({ override, market }: FleetGrant | FleetLack): { readonly [name: string]: Xml } => ({
  launchTemplateAndOverrides: {
    launchTemplateSpecification: {
      launchTemplateId: override.templateId,
      version: override.templateVersion,
    },
    overrides: {
      instanceType: override.flavour,
      subnetId: override.subnetId,
      ...(override.imageId === undefined ? {} : { imageId: override.imageId }),
      ...(override.priority === undefined ? {} : { priority: override.priority }),
    },
  },
  lifecycle: market,
});

/** CreateFleet over the wire. */
export const createFleetAction = (world: Ec2World, tree: Tree): Xml => {
  const reply = world.calls.createFleet(requestOf(readParameters(parameters, tree)));
  return {
    fleetId: reply.fleetId,
    errorSet: reply.errors.map((lack) => ({
      ...placeXml(lack),
      errorCode: lack.code,
      errorMessage: lack.message,
    })),
    fleetInstanceSet: reply.instances.map((grant) => ({
      ...placeXml(grant),
      instanceIds: grant.instanceIds,
      instanceType: grant.override.flavour,
      availabilityZone: grant.zone,
      subnetId: grant.override.subnetId,
    })),
  };
};
