import { describe, expect, it } from 'vitest';
import { classOfCode } from '../../../../adapters/clouds/ec2/codes.ts';
import { namedIn } from '../../../../adapters/clouds/ec2/named.ts';

describe('a code of EC2', () => {
  it.each([
    ['InsufficientInstanceCapacity', 'capacity'],
    ['InsufficientHostCapacity', 'capacity'],
    ['InsufficientFreeAddressesInSubnet', 'capacity'],
    ['InsufficientVolumeCapacity', 'capacity'],
    ['UnfulfillableCapacity', 'capacity'],
    ['ReservationCapacityExceeded', 'capacity'],
    ['SpotMaxPriceTooLow', 'capacity'],
    ['VcpuLimitExceeded', 'quota'],
    ['InstanceLimitExceeded', 'quota'],
    ['VolumeLimitExceeded', 'quota'],
    ['MaxIOPSLimitExceeded', 'quota'],
    ['MaxSpotInstanceCountExceeded', 'quota'],
    ['MaxFleetCountExceeded', 'quota'],
    ['PendingVerification', 'quota'],
    ['Unsupported', 'unsupported'],
    ['VolumeTypeNotAvailableInZone', 'unsupported'],
    ['RequestLimitExceeded', 'throttled'],
    ['BandwidthLimitExceeded', 'throttled'],
    ['EC2ThrottledException', 'throttled'],
    ['Throttling', 'throttled'],
    ['ThrottlingException', 'throttled'],
    ['TooManyRequestsException', 'throttled'],
    ['SlowDown', 'throttled'],
    ['RequestExpired', 'caller'],
    ['AuthFailure', 'caller'],
    ['ExpiredToken', 'caller'],
    ['ExpiredTokenException', 'caller'],
    ['InvalidClientTokenId', 'caller'],
    ['SignatureDoesNotMatch', 'caller'],
    ['InvalidSignatureException', 'caller'],
    ['IncompleteSignature', 'caller'],
    ['RequestTimeTooSkewed', 'caller'],
    ['UnrecognizedClientException', 'caller'],
    ['IdempotentParameterMismatch', 'token'],
    ['IdempotentInstanceTerminated', 'token'],
    ['InternalError', 'trouble'],
    ['InternalFailure', 'trouble'],
    ['ServerInternal', 'trouble'],
    ['ServiceUnavailable', 'trouble'],
    ['Unavailable', 'trouble'],
    ['UnauthorizedOperation', 'configuration'],
    ['UnavailableHostRequirements', 'configuration'],
    ['AuthFailure.ServiceLinkedRoleCreationNotPermitted', 'configuration'],
    ['InvalidSubnetID.NotFound', 'configuration'],
    ['InvalidLaunchTemplateId.NotFound', 'configuration'],
    ['InvalidFleetConfig', 'configuration'],
    ['InvalidAMIID.Unavailable', 'configuration'],
    ['UnsupportedOperation', 'configuration'],
    ['TagLimitExceeded', 'configuration'],
    ['SomethingNew', 'configuration'],
    ['InvalidAccessKeyId', 'caller'],
    ['SomeQuotaExceeded', 'quota'],
    ['SomeLimitReached', 'quota'],
    ['InstanceTypeNotAvailableInRegion', 'unsupported'],
    ['MissingAuthenticationToken', 'caller'],
    ['RequestThrottled', 'throttled'],
    ['FilterLimitExceeded', 'configuration'],
  ])('%s is of class %s', (code, type) => expect(classOfCode(code)).toBe(type));

  it.each([
    'NotIdempotent',
    'NotTooManyRequests',
    'NotExpired',
    'NotRequestExpired',
    'RequestExpiredTwice',
    'TooSkewedBy',
    'NoInvalidClientTokenId',
    'InvalidClientTokenIdForm',
    'NoInvalidAccessKeyId',
    'InvalidAccessKeyIdForm',
    'NotInsufficient',
    'CapacityExceededBy',
    'LimitExceededBy',
    'LimitReachedBy',
    'NotUnsupported',
    'NotAvailableInZoneYet',
    'NotInternalError',
  ])('%s is of no class that it only has in it: it needs a person', (code) => {
    expect(classOfCode(code)).toBe('configuration');
  });

  it.each([
    ['Not authorized for image: [ami-1]', 'configuration'],
    ['cannot authorized for images', 'caller'],
    ['not authorized for imagesets', 'caller'],
  ])('AuthFailure of "%s" is of class %s', (message, type) => {
    expect(classOfCode('AuthFailure', message)).toBe(type);
  });

  it.each([
    ['The instance type is not supported in the requested zone', 'unsupported'],
    ['the INSTANCE TYPE m9.huge is not supported in your requested Region', 'unsupported'],
    [`instance type ${'x'.repeat(80)} not supported in your requested zone`, 'configuration'],
    ['The instance type is not supported in any requested zone', 'configuration'],
    ['unsupported instance type m9.huge', 'unsupported'],
    ['unsupported instance types', 'unsupported'],
    ['unsupported instancetype', 'unsupported'],
    ['unsupported instance typesetting', 'configuration'],
    ["invalid value '' for instance type", 'unsupported'],
    ["invalid value 'm9.huge' for instance type", 'unsupported'],
    ["invalid value 'm9.huge' for image", 'configuration'],
  ])('a parameter of which EC2 says "%s" is of class %s', (message, type) => {
    expect(classOfCode('InvalidParameterValue', message)).toBe(type);
  });

  it.each([
    [
      'InvalidFleetConfiguration',
      'Your requested instance type (c5.large) is not supported in your requested Availability Zone (us-east-1e).',
    ],
    [
      'InvalidFleetConfig',
      'Invalid: Parameter: InstanceTypes. Unsupported instancetypes specified in the batch request[ResourcePoolType(instanceType=f2.6xlarge, os=generic)]',
    ],
    ['InvalidParameterValue', "Invalid value 'q9.huge' for InstanceType."],
  ])('%s is of class unsupported where its words are about a type', (code, message) => {
    expect(classOfCode(code, message)).toBe('unsupported');
    expect(classOfCode(code, 'The fleet configuration contains duplicate instance pools.')).toBe(
      'configuration',
    );
  });
});

describe('an image that is not shared with the account', () => {
  it('is no matter of who calls, whatever its code', () => {
    expect(classOfCode('AuthFailure', 'Not authorized for images: [ami-0123456789abcdef0]')).toBe(
      'configuration',
    );
    expect(classOfCode('AuthFailure', 'AWS was not able to validate the provided access credentials')).toBe(
      'caller',
    );
  });
});

const OVERRIDES = ['c5.large', 'm5.large'].flatMap((flavour) =>
  ['us-east-1a', 'us-east-1e'].map((zone) => ({ flavour, zone, subnetId: `subnet-0${zone.at(-1)}` })),
);

describe('what EC2 names', () => {
  it.each([
    [
      'a type and a zone',
      'Your requested instance type (c5.large) is not supported in your requested Availability Zone (us-east-1e). Please retry your request by choosing us-east-1a.',
      ['c5.large us-east-1e'],
    ],
    [
      'a type',
      'Unsupported instancetypes specified in the batch request[ResourcePoolType(instanceType=m5.large, os=generic)]',
      ['m5.large us-east-1a', 'm5.large us-east-1e'],
    ],
    ['a subnet', "The subnet ID 'subnet-0a' does not exist", ['c5.large us-east-1a', 'm5.large us-east-1a']],
    [
      'a type and a zone, with others that would do',
      'We currently do not have sufficient c5.large capacity in the Availability Zone you requested (us-east-1e). You can currently get c5.large capacity by choosing us-east-1a.',
      ['c5.large us-east-1e'],
    ],
  ])('is %s, and nothing else is meant', (_, message, expected) => {
    const { overrides, isNamed } = namedIn(message, OVERRIDES);
    expect(isNamed).toBe(true);
    expect(overrides.map(({ flavour, zone }) => `${flavour} ${zone}`)).toEqual(expected);
  });

  it.each([
    ['nothing', 'You are not authorized to perform this operation.'],
    ['a longer type that contains one of ours', 'c5.large1 is not supported'],
    ['a type that was not asked for', 'instance type (f2.6xlarge) is not supported'],
    ['zones that would do, and no other', 'It cannot be done. Please choose us-east-1a.'],
  ])('is %s: all that was asked may be meant', (_, message) => {
    expect(namedIn(message, OVERRIDES)).toEqual({ overrides: OVERRIDES, isNamed: false });
  });
});
