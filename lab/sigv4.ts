import { isSigned, type SignedRequest, secondsOf } from '../twin/wire/sigv4.ts';
import type { RoleKeys } from './role-keys.ts';

/** Whose signature a request carries, or why AWS would refuse it. */
export type Verdict =
  | { readonly kind: 'signed'; readonly keys: RoleKeys }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly message: string };

/** How far a signature's date may be from STS's clock. */
const FRESH_SECONDS = 15 * 60;

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(?<id>[A-Z0-9]+)\/(?<day>\d{8})\/(?<region>[a-z0-9-]+)\/(?<service>[a-z0-9]+)\/aws4_request, ?SignedHeaders=(?<names>[a-z0-9;-]+), ?Signature=(?<signature>[0-9a-f]{64})$/;

const refuse = (status: number, code: string, message: string): Verdict => ({
  kind: 'refused',
  status,
  code,
  message,
});

const wrongDate = (date: string, day: string, nowSeconds: number): Verdict | undefined => {
  const signedAt = secondsOf(date);
  if (!Number.isFinite(signedAt))
    return refuse(400, 'IncompleteSignature', 'Date must be in ISO-8601 basic format.');
  if (!date.startsWith(day))
    return refuse(403, 'SignatureDoesNotMatch', 'Date in Credential scope does not match.');
  if (signedAt < nowSeconds - FRESH_SECONDS)
    return refuse(403, 'SignatureDoesNotMatch', `Signature expired: ${date}`);
  if (signedAt > nowSeconds + FRESH_SECONDS)
    return refuse(403, 'SignatureDoesNotMatch', `Signature not yet current: ${date}`);
  return undefined;
};

/** Checks a request's Signature Version 4 as STS does, with the keys that have been handed out. */
export const verify = (
  request: SignedRequest,
  find: (accessKeyId: string) => RoleKeys | undefined,
  nowSeconds: number,
): Verdict => {
  const { authorization, 'x-amz-date': date = '', 'x-amz-security-token': token } = request.headers;
  if (authorization === undefined) {
    return refuse(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
  }
  const {
    id = '',
    day = '',
    region = '',
    service = '',
    names = '',
    signature = '',
  } = AUTHORIZATION.exec(authorization)?.groups ?? {};
  if (id === '')
    return refuse(400, 'IncompleteSignature', 'Authorization header is not of Signature Version 4.');
  const signed = names.split(';');
  if (!signed.includes('host') || !signed.includes('x-amz-date')) {
    return refuse(403, 'SignatureDoesNotMatch', "'Host' and 'X-Amz-Date' must be signed headers.");
  }
  const keys = find(id);
  if (keys === undefined || keys.sessionToken !== token || service !== 'sts') {
    return refuse(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.');
  }
  const late = wrongDate(date, day, nowSeconds);
  if (late !== undefined) return late;
  if (nowSeconds >= keys.expiresAt) {
    return refuse(403, 'ExpiredToken', 'The security token included in the request is expired');
  }
  if (!isSigned(request, date, { day, region, service, names: signed, signature }, keys.secretAccessKey)) {
    return refuse(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match.');
  }
  return { kind: 'signed', keys };
};
