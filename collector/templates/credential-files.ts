import { join } from 'node:path';
import { LAST_MOMENT, type PoolView } from '../../core/model/pool.ts';
import { namesIn, readOrdinary } from '../files.ts';
import { proxyEnd, tokenEnd } from './credential.ts';

/** The longest revocation lists of the grid's authorities have some megabytes. */
const MOST_BYTES = 20_000_000;

type CredentialEnd = NonNullable<PoolView['credentials']>[number];

const CRL = /-----BEGIN X509 CRL-----([\s\S]+?)-----END X509 CRL-----/;

/** Tags of DER: what a revocation list is made of (RFC 5280, section 5.1). */
const SEQUENCE = 0x30;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;

interface Der {
  readonly tag: number;
  readonly content: Buffer;
  readonly rest: Buffer;
}

/** The first value of these bytes, and what stands behind it. */
const firstOf = (bytes: Buffer): Der => {
  const short = bytes.readUInt8(1);
  const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
  const length = lengthBytes === 0 ? short : bytes.readUIntBE(2, lengthBytes);
  const from = 2 + lengthBytes;
  if (from + length > bytes.length) throw new Error('a value that is longer than what holds it');
  return {
    tag: bytes.readUInt8(0),
    content: bytes.subarray(from, from + length),
    rest: bytes.subarray(from + length),
  };
};

const valuesOf = (bytes: Buffer): readonly Der[] => {
  const values: Der[] = [];
  for (let rest = bytes; rest.length > 0; rest = values.at(-1)?.rest ?? rest) values.push(firstOf(rest));
  return values;
};

/** `YYMMDDHHMMSSZ` of this century or the end of the last, or `YYYYMMDDHHMMSSZ`. */
const momentOf = ({ tag, content }: Der): number => {
  const text = content.toString('latin1');
  const century = tag === GENERALIZED_TIME ? '' : Number(text.slice(0, 2)) < 50 ? '20' : '19';
  const [, date, hour, minute, second] = /^(\d{8})(\d\d)(\d\d)(\d\d)Z$/.exec(century + text) ?? [];
  if (date === undefined) throw new Error('a moment that is none');
  const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
  return Date.parse(`${day}T${hour}:${minute}:${second}Z`) / 1000;
};

/** When the next one of a revocation list is due: after that nobody may use it. */
const crlEnd = (pem: string): number => {
  const list = firstOf(Buffer.from(pem, 'base64'));
  const [signed] = valuesOf(list.content);
  if (signed?.tag !== SEQUENCE) throw new Error('no revocation list');
  const [, next] = valuesOf(signed.content).filter(({ tag }) => tag === UTC_TIME || tag === GENERALIZED_TIME);
  return next === undefined ? Number.POSITIVE_INFINITY : momentOf(next);
};

const endIn = (text: string): number => {
  const crl = CRL.exec(text)?.[1];
  if (crl !== undefined) return crlEnd(crl);
  return text.includes('-----BEGIN CERTIFICATE-----') ? proxyEnd(text) : tokenEnd(text);
};

/** Undefined: it never ends. */
const endOf = async (file: string): Promise<CredentialEnd | undefined> => {
  try {
    const end = endIn((await readOrdinary(file, MOST_BYTES)).toString('utf8'));
    if (end === Number.POSITIVE_INFINITY) return undefined;
    return { file, expiresAt: Number.isFinite(end) ? Math.min(LAST_MOMENT, Math.max(0, end)) : 0 };
  } catch {
    return { file, expiresAt: 0 };
  }
};

/** The revocation lists of a folder, such as /etc/grid-security/certificates; or the file itself. */
const filesOf = async (path: string): Promise<readonly string[]> => {
  try {
    return (await namesIn(path)).filter((name) => name.endsWith('.r0')).map((name) => join(path, name));
  } catch {
    return [path];
  }
};

/** Tells of each of these files when it ends; of a folder, of the revocation list that ends first. */
export const credentialFileEnds = async (paths: readonly string[]): Promise<CredentialEnd[]> => {
  const firsts: CredentialEnd[] = [];
  // One after the other: a folder may hold thousands, and a file system that hangs is waited for once.
  for (const path of paths) {
    let first: CredentialEnd | undefined;
    for (const file of await filesOf(path)) {
      const end = await endOf(file);
      if (end !== undefined && (first === undefined || end.expiresAt < first.expiresAt)) first = end;
    }
    if (first !== undefined) firsts.push(first);
  }
  return firsts;
};
