import { EC2ServiceException } from '@aws-sdk/client-ec2';
import type { Said } from '../../../core/model/launch.ts';
import { type CodeClass, classOfCode } from './codes.ts';

const TOO_MANY_REQUESTS = 429;
const FIRST_SERVER_ERROR = 500;
/** The SDK's name for an error document without a code, which is none of EC2's. */
const NO_CODE = 'Unknown';

/** Codes of Node's network errors are all capitals: ECONNRESET, ENOTFOUND, EAI_AGAIN. */
const isNetworkError = (error: Error): boolean =>
  'code' in error && typeof error.code === 'string' && /^E[A-Z_]+$/.test(error.code);

/** The request went out, but no answer came or none that can be read. */
const isUnanswered = (error: Error): boolean =>
  error.name === 'TimeoutError' ||
  error.name === 'AbortError' ||
  isNetworkError(error) ||
  '$response' in error;

/** What EC2 refused for, as far as it is about the request. */
type RefusedFor = Exclude<CodeClass, 'throttled' | 'caller' | 'trouble'>;

/** How a call failed: not now, nobody knows, not from this caller, or EC2 will not, with its own code. */
export type CallFailure =
  | ({ readonly kind: 'throttled' } & Said)
  | { readonly kind: 'unclear'; readonly why: string }
  | ({ readonly kind: 'caller' } & Said)
  | ({ readonly kind: 'refused'; readonly class: RefusedFor } & Said);

/** Sorts what a call threw; undefined if neither EC2 nor the network said it, and it has to be thrown on. */
export const callFailure = (error: unknown): CallFailure | undefined => {
  if (!(error instanceof Error)) return undefined;
  const code = error.name;
  const why = `${code}: ${error.message}`;
  if (!(error instanceof EC2ServiceException))
    return isUnanswered(error) ? { kind: 'unclear', why } : undefined;
  const status = error.$metadata.httpStatusCode;
  if (status === TOO_MANY_REQUESTS) return { kind: 'throttled', code, why };
  if (code === NO_CODE) return { kind: 'unclear', why };
  // EC2 throttles with 503 and is short of capacity with 500, so the code is looked at before the status.
  const type = classOfCode(code, error.message);
  switch (type) {
    case 'throttled':
    case 'caller':
      return { kind: type, code, why };
    case 'trouble':
      return { kind: 'unclear', why };
    case 'configuration':
      return status === undefined || status >= FIRST_SERVER_ERROR
        ? { kind: 'unclear', why }
        : { kind: 'refused', code, why, class: type };
    case 'capacity':
    case 'quota':
    case 'unsupported':
    case 'token':
      return { kind: 'refused', code, why, class: type };
    default:
      return type satisfies never;
  }
};
