import { X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import * as z from 'zod';
import { LAST_MOMENT } from '../../core/model/pool.ts';
import { readOrdinary } from '../files.ts';
import { readTemplate, type Template, templateNames } from './template.ts';

/** A proxy with its chain has some 20 KB. */
const MOST_BYTES = 1_000_000;

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The end of a proxy: that of whichever of its certificates ends first. */
export const proxyEnd = (text: string): number => {
  const ends = [...text.matchAll(PEM)].map(([pem]) => Date.parse(new X509Certificate(pem).validTo) / 1000);
  return Math.min(...ends);
};

const claimsOf = (token: string): unknown => {
  const [, payload = ''] = token.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
};

const ends = z.object({ exp: z.number() });
const issued = z.object({ iss: z.string() });

/** The end that a JSON web token says of itself; throws if it says none. */
export const tokenEnd = (text: string): number => ends.parse(claimsOf(text)).exp;

/** Who a JSON web token says has signed it; undefined if it says none, or is none. */
export const tokenIssuer = (token: string): string | undefined => {
  try {
    return issued.parse(claimsOf(token)).iss;
  } catch {
    return undefined;
  }
};

/**
 * When the credential of a template's pilots ends, in seconds since 1970. Null if it names none; 0 if its file cannot
 * be read or is none, which is as good as ended.
 */
export const credentialEnd = async (folder: string, template: Template): Promise<number | null> => {
  const { credential } = template;
  if (credential === null) return null;
  try {
    const text = (await readOrdinary(resolve(folder, credential.file), MOST_BYTES)).toString('utf8');
    const end = credential.kind === 'proxy' ? proxyEnd(text) : tokenEnd(text);
    return Number.isFinite(end) ? Math.min(LAST_MOMENT, Math.max(0, end)) : 0;
  } catch {
    return 0;
  }
};

/** The end of the credential of each queue that has a usable template. */
export const credentialEnds = async (folder: string): Promise<ReadonlyMap<string, number | null>> => {
  const ends = await Promise.all(
    (await templateNames(folder)).map(
      async (queue): Promise<readonly [string, number | null] | undefined> => {
        const read = await readTemplate(folder, queue);
        if (!read.ok || read.template === undefined) return undefined;
        return [queue, await credentialEnd(folder, read.template)];
      },
    ),
  );
  return new Map(ends.filter((end) => end !== undefined));
};
