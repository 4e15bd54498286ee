import {
  type _InstanceType,
  CreateFleetCommand,
  type CreateFleetCommandInput,
  type CreateFleetError,
  type CreateFleetInstance,
  type CreateFleetResult,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { type Offer, offerKey } from '../../../core/model/flavours.ts';
import type {
  Launched,
  LaunchOutcome,
  LaunchRequest,
  Refusal,
  RefusalClass,
} from '../../../core/model/launch.ts';
import { classOfCode, IMAGE_NOT_SHARED } from './codes.ts';
import { type CallFailure, callFailure } from './failure.ts';
import { namedIn } from './named.ts';
import { NO_RETRY } from './once.ts';

/** The SDK lists the types of its own day; which exist is for EC2 to say. */
const instanceType = (flavour: string): _InstanceType => flavour as _InstanceType;

type Override = LaunchRequest['overrides'][number];

/**
 * EC2's pool is a type in a zone, whatever the subnet, and it refuses a fleet that names one twice. The first of two is
 * kept, so that the same record is the same call.
 */
const onePerPool = (overrides: readonly Override[]): readonly Override[] => {
  const pools = new Map<string, Override>();
  for (const override of overrides) {
    const pool = `${override.flavour}/${override.zone}`;
    if (!pools.has(pool)) pools.set(pool, override);
  }
  return [...pools.values()];
};

const reservationsOf = ({ reservationsFirst }: LaunchRequest) =>
  reservationsFirst === true
    ? { CapacityReservationOptions: { UsageStrategy: 'use-capacity-reservations-first' as const } }
    : {};

/** A type with ARM's processors has an image of its own, whatever the newest one of the others is. */
const imageOf = ({ imageId }: Override, { template }: LaunchRequest) => {
  const ImageId = imageId ?? template.imageId;
  return ImageId === undefined ? {} : { ImageId };
};

/**
 * The CreateFleet call of a launch request, the same for the same request down to the byte: tags are sorted, because a
 * record that comes back from a store may have lost their order.
 */
const fleetInput = (request: LaunchRequest): CreateFleetCommandInput => {
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
        Overrides: onePerPool(request.overrides).map((override) => ({
          InstanceType: instanceType(override.flavour),
          SubnetId: override.subnetId,
          ...imageOf(override, request),
        })),
      },
    ],
    TargetCapacitySpecification: {
      TotalTargetCapacity: request.count,
      DefaultTargetCapacityType: request.market,
    },
    ...(request.market === 'spot'
      ? { SpotOptions: { AllocationStrategy: 'price-capacity-optimized' } }
      : { OnDemandOptions: { AllocationStrategy: 'lowest-price', ...reservationsOf(request) } }),
    TagSpecifications: (['fleet', 'instance', 'volume'] as const).map((ResourceType) => ({
      ResourceType,
      Tags,
    })),
  };
};

const offersOf = (overrides: readonly Override[], { market }: LaunchRequest): readonly Offer[] =>
  overrides.map(({ flavour, zone }) => ({ flavour, zone, market }));

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

/** EC2's own trouble in one place of a fleet passes like a shortage; a token is no matter of one place. */
const classBeside = (code: string, message: string): RefusalClass => {
  const type = classOfCode(code, message);
  if (type === 'trouble') return 'capacity';
  return type === 'token' ? 'configuration' : type;
};

/** The offers that an error speaks of: all that were asked, as far as it does not name its type or subnet. */
const refusedBy = (request: LaunchRequest, error: CreateFleetError): readonly Refusal[] => {
  const overrides = error.LaunchTemplateAndOverrides?.Overrides;
  const flavour = overrides?.InstanceType;
  const zone = zoneOf(request, overrides?.SubnetId) ?? overrides?.AvailabilityZone;
  const { ErrorCode: code = 'no error code', ErrorMessage: message = '' } = error;
  return offersOf(request.overrides, request)
    .filter((offer) => flavour === undefined || offer.flavour === flavour)
    .filter((offer) => zone === undefined || offer.zone === zone)
    .map((offer) => ({ offer, class: classBeside(code, message), code, why: `${code}: ${message}` }));
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
 * Codes about what all offers of a fleet share, which is the account and the template with its image, security groups,
 * key pair, disks and their key: it is in vain to look for one that is at fault.
 */
const ABOUT_ALL = [
  /^Invalid(LaunchTemplate|UserData|AMI|Group|SecurityGroup|KeyPair|IamInstanceProfile|Snapshot|BlockDeviceMapping)/,
  /Kms|ServiceLinkedRole|^(TagLimitExceeded|Blocked|OptInRequired)$/i,
];
/** What EC2 says of the template's instance profile, under a code for any value that is wrong. */
const PROFILE_INVALID = /\bparameter iamInstanceProfile\b/i;

const isAboutAll = (code: string, why: string): boolean =>
  ABOUT_ALL.some((form) => form.test(code)) || IMAGE_NOT_SHARED.test(why) || PROFILE_INVALID.test(why);

/** What a refusal of the whole call comes to: only what EC2 names is refused, if it names anything. */
const refusedWhole = (
  request: LaunchRequest,
  { why, code, class: type }: Extract<CallFailure, { kind: 'refused' }>,
): LaunchOutcome => {
  if (type === 'token')
    return { kind: code === 'IdempotentInstanceTerminated' ? 'spent' : 'mismatched', code, why };
  const { overrides, isNamed } = namedIn(why, request.overrides);
  if ((type === 'unsupported' || type === 'configuration') && !isNamed && !isAboutAll(code, why))
    return { kind: 'rejected', class: type, code, why };
  const refused = offersOf(overrides, request).map((offer) => ({ offer, class: type, code, why }));
  return { kind: 'answered', launched: [], refused, noFleet: true };
};

/** Sends a launch once and says how it ended. Throws only what neither EC2 nor the network can be blamed for. */
export const launch = async (
  client: EC2Client,
  request: LaunchRequest,
  requestTimeout: number,
): Promise<LaunchOutcome> => {
  try {
    // The next tick replays a launch under its token, with the whole picture in view.
    const command = new CreateFleetCommand(fleetInput(request));
    command.middlewareStack.add((next) => next, NO_RETRY);
    return answered(request, await client.send(command, { requestTimeout }));
  } catch (error) {
    const failure = callFailure(error);
    if (failure === undefined) throw error;
    switch (failure.kind) {
      case 'throttled':
      case 'unclear':
        return failure;
      case 'caller':
        return { ...failure, kind: 'unheard' };
      case 'refused':
        return refusedWhole(request, failure);
      default:
        return failure satisfies never;
    }
  }
};
