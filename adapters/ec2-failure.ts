import { EC2ServiceException } from '@aws-sdk/client-ec2';
import type { Refusal } from '../core/ports.ts';

/** EC2 has no such machine to spare just now, there, in that form. */
const CAPACITY = new Set([
  'InsufficientInstanceCapacity',
  'InsufficientHostCapacity',
  'InsufficientCapacity',
  'UnfulfillableCapacity',
  'InsufficientFreeAddressesInSubnet',
  'InsufficientAddressCapacity',
  'ReservationCapacityExceeded',
  'SpotMaxPriceTooLow',
  'Unsupported',
]);

/** EC2's own trouble. In one place of a fleet it passes like a shortage, and another place may do. */
const TROUBLE = new Set(['InternalError', 'InternalFailure', 'ServiceUnavailable', 'Unavailable']);

/** This account may not have more of it just now. */
const QUOTA = new Set([
  'MaxSpotInstanceCountExceeded',
  'VcpuLimitExceeded',
  'InstanceLimitExceeded',
  'MaxFleetCountExceeded',
  'RequestLimitExceeded',
]);

const THROTTLED = new Set([
  'RequestLimitExceeded',
  'EC2ThrottledException',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'SlowDown',
  'BandwidthLimitExceeded',
]);

/** Whether a refusal passes by itself (`capacity`, `quota`) or needs a person (`configuration`). */
export const refusalClass = (code: string): Refusal['class'] => {
  if (CAPACITY.has(code) || TROUBLE.has(code)) return 'capacity';
  if (QUOTA.has(code)) return 'quota';
  return 'configuration';
};

const TOO_MANY_REQUESTS = 429;
const FIRST_SERVER_ERROR = 500;
/** The SDK's name for an error document without a code, which is none of EC2's. */
const NO_CODE = 'Unknown';

/** Codes of Node's network errors are all capitals: ECONNRESET, ENOTFOUND, EAI_AGAIN. */
const isNetworkError = (error: Error): boolean =>
  'code' in error && typeof error.code === 'string' && /^(E[A-Z_]+|UND_ERR_[A-Z_]+)$/.test(error.code);

/** The request went out, but no answer came or none that can be read. */
const isUnanswered = (error: Error): boolean =>
  error.name === 'TimeoutError' ||
  error.name === 'AbortError' ||
  isNetworkError(error) ||
  '$response' in error;

/** How a call failed: not now, nobody knows, or EC2 will not, with its own code. */
export type CallFailure =
  | { readonly kind: 'throttled'; readonly why: string }
  | { readonly kind: 'unclear'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string; readonly code: string };

/** Sorts what a call threw; undefined if neither EC2 nor the network said it, and it has to be thrown on. */
export const callFailure = (error: unknown): CallFailure | undefined => {
  if (!(error instanceof Error)) return undefined;
  const why = `${error.name}: ${error.message}`;
  if (!(error instanceof EC2ServiceException))
    return isUnanswered(error) ? { kind: 'unclear', why } : undefined;
  const status = error.$metadata.httpStatusCode;
  // EC2 throttles with 503 and is short of capacity with 500, so the code is looked at before the status.
  if (THROTTLED.has(error.name) || status === TOO_MANY_REQUESTS) return { kind: 'throttled', why };
  if (CAPACITY.has(error.name)) return { kind: 'refused', why, code: error.name };
  if (status === undefined || status >= FIRST_SERVER_ERROR) return { kind: 'unclear', why };
  return error.name === NO_CODE ? { kind: 'unclear', why } : { kind: 'refused', why, code: error.name };
};
