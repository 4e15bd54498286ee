import type { Offer } from '../../../core/model/flavours.ts';

/** Statuses of codes that are no 400. Source: "Error codes for the Amazon EC2 API". */
const STATUS: Readonly<Record<string, number>> = {
  AuthFailure: 401,
  UnauthorizedOperation: 403,
  InsufficientInstanceCapacity: 500,
  InternalError: 500,
  RequestLimitExceeded: 503,
  Unavailable: 503,
};

export const statusOf = (code: string): number => STATUS[code] ?? 400;

const ENCODED = 'Encoded authorization failure message: dGhlIHR3aW4gZW5jb2RlcyBub3RoaW5n';

const NOT_AUTHORIZED = 'You are not authorized to perform this operation.';

/** What EC2 says of one offer under a code; it names type and zone where the code is about them. */
export const wordsOf = (code: string, { flavour, zone, market }: Offer): string => {
  switch (code) {
    case 'Unsupported':
      return `Your requested instance type (${flavour}) is not supported in your requested Availability Zone (${zone}). Please retry your request by not specifying an Availability Zone or choosing us-east-1a, us-east-1b.`;
    case 'InvalidFleetConfiguration':
      return `Your requested instance type (${flavour}) is not supported in your requested Availability Zone (${zone}).`;
    case 'InvalidFleetConfig':
      return `Invalid: Parameter: InstanceTypes. Unsupported instancetypes specified in the batch request[ResourcePoolType(instanceType=${flavour}, os=generic, addressing=novice)]`;
    case 'RequestLimitExceeded':
      return 'Request limit exceeded.';
    case 'VolumeLimitExceeded':
      return 'The volumes of this account would exceed its limit on storage.';
    case 'PendingVerification':
      return 'The request for this Region is being validated, and launches are not possible yet.';
    case 'UnauthorizedOperation':
      return `${NOT_AUTHORIZED} ${ENCODED}`;
    default:
      return `There is no ${flavour} (${market}) left in ${zone}; ask for fewer, or for another type or zone.`;
  }
};

/** The same of a whole call, without naming any of its parts. */
export const namelessWords = (code: string): string => {
  switch (code) {
    case 'UnauthorizedOperation':
      return `${NOT_AUTHORIZED} ${ENCODED}`;
    case 'RequestExpired':
      return 'Request has expired.';
    case 'RequestLimitExceeded':
      return 'Request limit exceeded.';
    case 'IdempotentInstanceTerminated':
      return 'The client token you have provided is associated with a terminated instance.';
    case 'InvalidFleetConfig':
      return 'The fleet configuration is not valid: an instance type is not supported in the requested Region.';
    default:
      return 'The request was refused as a whole.';
  }
};

/** Why something may not be done with one instance; where EC2 names none, it does not say which of the call it is. */
export const rightsWords = (
  code: string,
  { call, arn, names }: { readonly call: string; readonly arn: string; readonly names: boolean },
): string => {
  if (code === 'OperationNotPermitted') {
    return `The instance '${arn.split('/')[1]}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`;
  }
  return names
    ? `${NOT_AUTHORIZED} User: the caller is not authorized to perform: ec2:${call} on resource: ${arn} because no identity-based policy allows the ec2:${call} action. ${ENCODED}`
    : `${NOT_AUTHORIZED} ${ENCODED}`;
};

/** EC2 refuses a call: thrown by the twin's world, answered as an error document by its face. */
export class Ec2Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'Ec2Refusal';
    this.code = code;
    this.status = status;
  }
}
