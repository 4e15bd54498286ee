import {
  type _InstanceType,
  CreateFleetCommand,
  type CreateFleetCommandInput,
  type CreateFleetError,
  type CreateFleetInstance,
  type CreateFleetResult,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { type Offer, offerKey } from '../core/flavours.ts';
import type { Launched, LaunchOutcome, Refusal } from '../core/ports.ts';
import type { LaunchRequest } from '../core/records.ts';
import { callFailure, refusalClass } from './ec2-failure.ts';

/** The SDK lists the types of its own day; which exist is for EC2 to say. */
const instanceType = (flavour: string): _InstanceType => flavour as _InstanceType;

/**
 * The CreateFleet call of a launch request, the same for the same request down to the byte: tags are sorted, because a
 * record that comes back from a store may have lost their order.
 */
const fleetInput = (request: LaunchRequest): CreateFleetCommandInput => {
  const { imageId } = request.template;
  const Tags = Object.entries(request.tags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }));
  return {
    Type: 'instant',
    ClientToken: request.clientToken,
    LaunchTemplateConfigs: [
      {
        LaunchTemplateSpecification: {
          LaunchTemplateId: request.template.id,
          Version: request.template.version,
        },
        Overrides: request.overrides.map(({ flavour, subnetId }) => ({
          InstanceType: instanceType(flavour),
          SubnetId: subnetId,
          ...(imageId === undefined ? {} : { ImageId: imageId }),
        })),
      },
    ],
    TargetCapacitySpecification: {
      TotalTargetCapacity: request.count,
      DefaultTargetCapacityType: request.market,
    },
    ...(request.market === 'spot'
      ? { SpotOptions: { AllocationStrategy: 'price-capacity-optimized' } }
      : { OnDemandOptions: { AllocationStrategy: 'lowest-price' } }),
    TagSpecifications: (['fleet', 'instance', 'volume'] as const).map((ResourceType) => ({
      ResourceType,
      Tags,
    })),
  };
};

const askedOffers = (request: LaunchRequest): readonly Offer[] =>
  request.overrides.map(({ flavour, zone }) => ({ flavour, zone, market: request.market }));

const zoneOf = (request: LaunchRequest, subnetId: string | undefined): string | undefined =>
  request.overrides.find((override) => override.subnetId === subnetId)?.zone;

/** Undefined if the answer does not say what was launched where. */
const launchedIn = (request: LaunchRequest, given: CreateFleetInstance): readonly Launched[] | undefined => {
  const overrides = given.LaunchTemplateAndOverrides?.Overrides;
  const flavour = given.InstanceType ?? overrides?.InstanceType;
  const zone = zoneOf(request, given.SubnetId ?? overrides?.SubnetId) ?? given.AvailabilityZone;
  if (flavour === undefined || zone === undefined || given.InstanceIds === undefined) return undefined;
  const { market } = request;
  return given.InstanceIds.map((instanceId) => ({ instanceId, offer: { flavour, zone, market } }));
};

/** The offers that an error speaks of: all that were asked, as far as it does not name its type or subnet. */
const refusedBy = (request: LaunchRequest, error: CreateFleetError): readonly Refusal[] => {
  const overrides = error.LaunchTemplateAndOverrides?.Overrides;
  const flavour = overrides?.InstanceType;
  const zone = zoneOf(request, overrides?.SubnetId) ?? overrides?.AvailabilityZone;
  const code = error.ErrorCode ?? 'no error code';
  return askedOffers(request)
    .filter((offer) => flavour === undefined || offer.flavour === flavour)
    .filter((offer) => zone === undefined || offer.zone === zone)
    .map((offer) => ({ offer, class: refusalClass(code), why: `${code}: ${error.ErrorMessage ?? ''}` }));
};

/** EC2 repeats itself for each attempt at an offer. */
const eachOnce = (refusals: readonly Refusal[]): readonly Refusal[] => [
  ...new Map(refusals.map((refusal) => [`${offerKey(refusal.offer)}/${refusal.class}`, refusal])).values(),
];

const answered = (request: LaunchRequest, reply: CreateFleetResult): LaunchOutcome => {
  if (reply.FleetId === undefined) {
    return {
      kind: 'unclear',
      why: 'the answer to CreateFleet names no fleet: it is not from EC2, or not whole',
    };
  }
  const parts = (reply.Instances ?? []).map((instance) => launchedIn(request, instance));
  const readable = parts.filter((part) => part !== undefined);
  if (readable.length < parts.length) {
    return { kind: 'unclear', why: `${reply.FleetId} does not say which type it launched in which zone` };
  }
  return {
    kind: 'answered',
    launched: readable.flat(),
    refused: eachOnce((reply.Errors ?? []).flatMap((error) => refusedBy(request, error))),
  };
};

/**
 * Takes the SDK's retries off one command: the next tick replays a launch under its token, with the whole picture in
 * view, while retries in a storm of throttling would only spend the tick's time.
 */
const sentOnce = (command: CreateFleetCommand): CreateFleetCommand => {
  command.middlewareStack.add((next) => next, {
    name: 'retryMiddleware',
    step: 'finalizeRequest',
    priority: 'high',
    override: true,
  });
  return command;
};

/** Sends a launch once and says how it ended. Throws only what neither EC2 nor the network can be blamed for. */
export const launch = async (client: EC2Client, request: LaunchRequest): Promise<LaunchOutcome> => {
  try {
    return answered(request, await client.send(sentOnce(new CreateFleetCommand(fleetInput(request)))));
  } catch (error) {
    const failure = callFailure(error);
    if (failure === undefined) throw error;
    if (failure.kind !== 'refused') return failure;
    const { why } = failure;
    if (failure.code === 'IdempotentParameterMismatch') return { kind: 'mismatched', why };
    const type = refusalClass(failure.code);
    if (type === 'configuration') return { kind: 'rejected', why };
    return {
      kind: 'answered',
      launched: [],
      refused: askedOffers(request).map((offer) => ({ offer, class: type, why })),
      noFleet: true,
    };
  }
};
