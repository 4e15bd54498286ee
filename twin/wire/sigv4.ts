import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as it came over the wire; header names in small letters. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** What a request says of its own signature. */
export interface Claimed {
  readonly day: string;
  readonly region: string;
  readonly service: string;
  /** Of the headers that are signed. */
  readonly names: readonly string[];
  readonly signature: string;
}

const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** A date as it is signed, in seconds since 1970; NaN for what is none. */
export const secondsOf = (date: string): number => {
  const [, year, month, day, hour, minute, second] = DATE.exec(date) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) / 1000;
};

const canonical = ({ method, path, headers, body }: SignedRequest, names: readonly string[]): string => {
  const [resource = '/', query = ''] = path.split('?');
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}\n`);
  // A signature that is a part of the query does not sign itself.
  const parts = query.split('&').filter((part) => !part.startsWith('X-Amz-Signature='));
  return [method, resource, parts.sort().join('&'), lines.join(''), names.join(';'), sha256(body)].join('\n');
};

/** Whether a request's Signature Version 4 is that of this secret. */
export const isSigned = (
  request: SignedRequest,
  date: string,
  { day, region, service, names, signature }: Claimed,
  secret: string,
): boolean => {
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical(request, names))].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const [ours, theirs] = [hmac(key, toSign), Buffer.from(signature, 'hex')];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
};
