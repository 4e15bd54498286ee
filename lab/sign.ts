import { createHash, createHmac } from 'node:crypto';
import { GET_CALLER_IDENTITY, type JoinRequest } from '../core/model/pool.ts';
import type { RoleKeys } from './role-keys.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** `20300131T235959Z` */
const amzDate = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replaceAll(/[-:]|\.\d+/g, '');

/** The headers of a signed GetCallerIdentity request, as a worker makes them; `unsigned` ones are only sent along. */
export const proofHeaders = (
  keys: Pick<RoleKeys, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>,
  options: {
    readonly host: string;
    readonly pool: string;
    readonly atSeconds: number;
    readonly unsigned?: readonly string[];
  },
): JoinRequest['headers'] => {
  const date = amzDate(options.atSeconds);
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8' as const,
    host: options.host,
    'x-aerie-pool': options.pool,
    'x-amz-date': date,
    'x-amz-security-token': keys.sessionToken,
  };
  const signed = Object.entries(headers)
    .filter(([name]) => options.unsigned?.includes(name) !== true)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const lines = signed.map(([name, value]) => `${name}:${value}\n`).join('');
  const scope = `${date.slice(0, 8)}/us-east-1/sts/aws4_request`;
  const asked = ['POST', '/', '', lines, names, sha256(GET_CALLER_IDENTITY)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${keys.secretAccessKey}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(asked)].join('\n')).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...headers, authorization };
};
