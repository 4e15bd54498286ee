import type { RefusalClass } from '../../../core/model/launch.ts';

/** What one of EC2's error codes is about: an offer's refusal, its token, or EC2's own trouble. */
export type CodeClass = RefusalClass | 'token' | 'trouble';

/** Forms of codes, in the order in which they are tried: new codes of EC2 nearly always have one of them. */
const FORMS: readonly (readonly [RegExp, CodeClass])[] = [
  [/^Idempotent/, 'token'],
  [/Throttl|^TooManyRequests/, 'throttled'],
  [/Signature|^Expired|^RequestExpired$|TooSkewed$|^InvalidClientTokenId$|^InvalidAccessKeyId$/, 'caller'],
  [/^(Insufficient|Unfulfillable)|CapacityExceeded$/, 'capacity'],
  [/(Limit|Count|Quota)Exceeded$|LimitReached$/, 'quota'],
  [/^Unsupported$|NotAvailableIn(Zone|Region)$/, 'unsupported'],
  // `InvalidAMIID.Unavailable`: the image has been deregistered, which is no trouble of EC2's.
  [/^Invalid/, 'configuration'],
  [/^(Server)?Internal|Unavailable$/, 'trouble'],
];

/** Codes whose form says something else than they mean. Source: "Error codes for the Amazon EC2 API". */
const EXCEPTIONS: ReadonlyMap<string, CodeClass> = new Map([
  ['RequestLimitExceeded', 'throttled'],
  ['BandwidthLimitExceeded', 'throttled'],
  ['RequestThrottled', 'throttled'],
  ['SlowDown', 'throttled'],
  // "The provided credentials could not be validated": also said of a wrong clock, for as long as it is wrong.
  ['AuthFailure', 'caller'],
  ['MissingAuthenticationToken', 'caller'],
  ['UnrecognizedClientException', 'caller'],
  // A new account may launch in a Region once AWS has looked at it: nobody can mend it, and it passes.
  ['PendingVerification', 'quota'],
  ['SpotMaxPriceTooLow', 'capacity'],
  // What the request itself has too much of.
  ['TagLimitExceeded', 'configuration'],
  ['FilterLimitExceeded', 'configuration'],
]);

/**
 * What EC2 says of a type that a zone or Region does not have. It has several codes for it, some of which mean other
 * things as well: `InvalidFleetConfiguration` beside a fleet's offer, `InvalidFleetConfig` for a whole fleet (with
 * "Unsupported instancetypes specified in the batch request"), `InvalidParameterValue` for a type that is nowhere.
 */
const NOT_OFFERED =
  /instance type.{0,80}not supported in (your|the) requested|unsupported instance ?types?\b|invalid value '[^']*' for instance ?type/i;

/** What EC2 says of an image that is not shared with the account, under the code for a caller that it does not accept. */
export const IMAGE_NOT_SHARED = /\bnot authorized for images?\b/i;

/**
 * Sorts what EC2 says by its form: one fact is one class, whether it comes beside one offer of a fleet or as a refusal of
 * the whole call. What has none of the forms needs a person.
 */
export const classOfCode = (code: string, message = ''): CodeClass => {
  if (IMAGE_NOT_SHARED.test(message)) return 'configuration';
  const exception = EXCEPTIONS.get(code);
  if (exception !== undefined) return exception;
  if (NOT_OFFERED.test(message)) return 'unsupported';
  return FORMS.find(([form]) => form.test(code))?.[1] ?? 'configuration';
};

/** EC2 does not know an instance: it is too young to be seen, or long gone. */
export const INSTANCE_UNKNOWN = 'InvalidInstanceID.NotFound';

/** Whether a refusal is about where an instance stands in its life: it is not in the state that the call needs, or gone. */
export const isAboutState = (code: string): boolean =>
  code === 'IncorrectInstanceState' || code === INSTANCE_UNKNOWN;
