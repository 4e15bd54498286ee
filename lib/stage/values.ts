import * as z from 'zod';
import { LEAST_ROOT_GB, MAX_VOLUME_GB } from './disk.ts';
import { got, matching } from './matching.ts';

/** EC2's limit on user-data, before it is encoded. */
export const MAX_USER_DATA_BYTES = 16_384;

export const DISK_ALLOWED = `a whole number of GiB from ${LEAST_ROOT_GB} to ${MAX_VOLUME_GB}`;

const LOOPBACK = new Set(['localhost', '127.0.0.1']);

/** Clients put paths behind it, and a function's environment is no place for a password. */
const isSafeUrl = (text: string): boolean => {
  const url = URL.parse(text);
  if (/\s/.test(text) || url?.username !== '' || url.search !== '' || url.hash !== '') return false;
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
};

/** An https URL; plain http is for a twin on the same machine. */
export const URL_ALLOWED = 'an https URL without user, query or fragment';
export const serverUrl = z
  .string({ error: ({ input }) => got(input, URL_ALLOWED) })
  .refine(isSafeUrl, { error: ({ input }) => got(input, URL_ALLOWED) });

/** Clients add the path of the API themselves, unlike PanDA's. */
export const endpointUrl = serverUrl.refine((url) => !/\/v1(\/|$)/.test(url), {
  error: ({ input }) => got(input, 'the URL without the path /v1, which clients add'),
});

/** The folder of the runbooks' pages: the name of a page and its anchor are added to it. */
export const FOLDER_ALLOWED = 'the https URL of a folder, such as https://docs.example.org/docs/runbooks/';
export const runbookUrl = serverUrl.refine((url) => !/\.(html|md)$/.test(url), {
  error: ({ input }) => got(input, FOLDER_ALLOWED),
});

/** PanDA's server answers other things at other paths, so that a URL without the API's path fails at each tick. */
export const PANDA_ALLOWED = 'an https URL that ends in /api/v1, without user, query or fragment';
export const pandaUrl = z
  .string({ error: ({ input }) => got(input, PANDA_ALLOWED) })
  .refine((text) => isSafeUrl(text) && /\/api\/v1\/?$/.test(new URL(text).pathname), {
    error: ({ input }) => got(input, PANDA_ALLOWED),
  });

/** The root volume of a worker, GiB. */
export const workerDiskGb = z
  .int({ error: ({ input }) => got(input, DISK_ALLOWED) })
  .min(LEAST_ROOT_GB, { error: ({ input }) => got(input, DISK_ALLOWED) })
  .max(MAX_VOLUME_GB, { error: ({ input }) => got(input, DISK_ALLOWED) });

/** A KMS key by its own ARN: grants and conditions take no alias. */
export const KEY_ALLOWED = 'the ARN of a KMS key, such as arn:aws:kms:us-east-1:123456789012:key/<id>';
export const kmsKeyArn = matching(
  /^arn:aws(-us-gov)?:kms:[a-z0-9-]+:\d{12}:key\/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
  KEY_ALLOWED,
);

const SAFE_REGION = /^[a-z]{2,}(-[a-z]+)+-\d$/;
export const REGION_ALLOWED = 'a region such as us-east-1';
/** Partitions of their own, in which names of services, consoles and STS are others than those written here. */
const OTHER_PARTITION = /^(cn|eusc|[a-z]+-iso[a-z]*)-/;

/** A region of AWS or of AWS GovCloud (US). */
export const region = matching(SAFE_REGION, REGION_ALLOWED).refine((name) => !OTHER_PARTITION.test(name), {
  error: ({ input }) => otherPartition(String(input)),
});

/** Says why a region cannot be had, if it lies in a partition that aerie does not know. */
export const regionMistake = (name: string): string | undefined =>
  OTHER_PARTITION.test(name) ? otherPartition(name) : undefined;

/** The partition of a region, as ARNs have it. */
export const partitionOf = (name: string): 'aws' | 'aws-us-gov' =>
  name.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';

const otherPartition = (name: string): string =>
  `is "${name}", which lies in a partition of AWS whose services have other names; expected a region of AWS or of AWS GovCloud (US)`;
