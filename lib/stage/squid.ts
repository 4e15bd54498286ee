import * as z from 'zod';
import { isArm64 } from '../../core/model/flavours.ts';
import { got, matching } from './matching.ts';

const CACHE_ALLOWED = 'a whole number of GiB from 10 to 1000';
const cache = { error: ({ input }: { readonly input?: unknown }) => got(input, CACHE_ALLOWED) };
const TYPE_ALLOWED = 'an instance type with x86_64, such as m6i.large';

const options = z.strictObject(
  {
    /** Two cores and a network of some Gbit/s serve some hundred workers. */
    instanceType: matching(/^[a-z0-9-]+\.[a-z0-9]+$/, TYPE_ALLOWED)
      .refine((type) => !isArm64(type), { error: ({ input }) => got(input, TYPE_ALLOWED) })
      .default('m6i.large'),
    /** What it keeps of CVMFS and Frontier. */
    cacheGb: z.int(cache).min(10, cache).max(1_000, cache).default(50),
  },
  {
    error: ({ code, input }) =>
      code === 'invalid_type' ? got(input, 'true, false or an object') : undefined,
  },
);

const written = (given: unknown): unknown => {
  if (given === true) return {};
  return given === false ? undefined : given;
};

/** Whether and how a stage has a squid of its own; `true` takes every default. */
export const squid = z.preprocess(written, options.optional());

export const SQUID_ALLOWED = '`true`, `false`, or any of `instanceType` (m6i.large) and `cacheGb` (50)';

export const SQUID_PORT = 3128;
/** The zone that only the workers' network knows. */
export const squidZone = (stage: string): string => `${stage}.aerie.internal`;
/** Where workers find the squid: known before anything is deployed. */
export const squidUrl = (stage: string): string => `http://squid.${squidZone(stage)}:${SQUID_PORT}`;

interface Squidded {
  readonly squid?: unknown;
  readonly network: { readonly kind: string };
  readonly worker?: { readonly cvmfs: { readonly proxy: string } } | undefined;
}

/** Why a stage can have no squid, if it is to. */
export const unfitForSquid = ({ squid: asked, network, worker }: Squidded): string | undefined => {
  if (asked === undefined) return undefined;
  if (worker === undefined) return 'has no worker beside it that would use it; remove it, or add worker';
  if (worker.cvmfs.proxy !== 'DIRECT') {
    return `stands beside worker.cvmfs.proxy, which is ${worker.cvmfs.proxy}; keep one of the two`;
  }
  return network.kind === 'ipv6'
    ? 'needs a way out over IPv4, which most of the servers that it asks have only; the network ipv6 has none'
    : undefined;
};
