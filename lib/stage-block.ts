import * as z from 'zod';
import { stageCaps } from '../core/caps.ts';
import { poolFacts } from '../worker/options.ts';
import { DEFAULT_TICK_SECONDS, TICK_PERIODS } from './functions.ts';
import { got, matching } from './matching.ts';
import { imagePipeline, unfitForPipeline } from './stage-images.ts';
import { network } from './stage-network.ts';
import { unfit } from './worker-image.ts';

/** What the root volume keeps for the system, CVMFS's cache and logs; pilots are offered the rest. GiB. */
export const SYSTEM_DISK_GB = 20;
/** EBS's own limit for gp3. */
const MAX_VOLUME_GB = 16_384;
const DISK_ALLOWED = `a whole number of GiB from ${SYSTEM_DISK_GB + 1} to ${MAX_VOLUME_GB}`;

const LOOPBACK = new Set(['localhost', '127.0.0.1']);

const isSafeUrl = (text: string): boolean => {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
};

/** Plain http is for a twin on the same machine. */
const serverUrl = z
  .string({ error: ({ input }) => got(input, 'an https URL') })
  .refine(isSafeUrl, { error: ({ input }) => got(input, 'an https URL') });

const workerDiskGb = z
  .int({ error: ({ input }) => got(input, DISK_ALLOWED) })
  .min(SYSTEM_DISK_GB + 1, { error: ({ input }) => got(input, DISK_ALLOWED) })
  .max(MAX_VOLUME_GB, { error: ({ input }) => got(input, DISK_ALLOWED) });

const TICKS_ALLOWED = `${TICK_PERIODS.slice(0, -1).join(', ')} or ${TICK_PERIODS.at(-1)}`;
const tickSeconds = z.literal(TICK_PERIODS, { error: ({ input }) => got(input, TICKS_ALLOWED) });

/** Numbers may be written as numbers; SSM holds text. */
const knobs = z.record(
  z.string(),
  z.union([z.string(), z.number().transform(String)], {
    error: ({ input }) => got(input, 'a string or a number'),
  }),
);

/** One stage as cdk.json writes it, defaults filled in. */
export const stageBlock = z
  .strictObject({
    account: matching(/^\d{12}$/, 'an account number of 12 digits').optional(),
    region: matching(/^[a-z]{2,}(-[a-z]+)+-\d$/, 'a region such as us-east-1').optional(),
    pandaUrl: serverUrl,
    endpointUrl: serverUrl,
    image: matching(
      /^(ami-([0-9a-f]{8}|[0-9a-f]{17})|(\/[A-Za-z0-9_.-]+)+)$/,
      'an AMI id, or the path of an SSM parameter that holds one',
    ),
    /** The image's own name for its root volume; a wrong one would add a second disk instead of sizing the first. */
    rootDevice: matching(/^\/dev\/[a-z0-9]+$/, 'a device such as /dev/sda1').default('/dev/sda1'),
    workerDiskGb: workerDiskGb.default(100),
    /** Makes a new image each week from `image`, and tries it by one worker: docs/images.md. Off unless it is here. */
    imagePipeline,
    /** The pool that workers join, from which their user-data is made; docs/worker.md has every option. */
    worker: poolFacts.optional(),
    /** A PEM file with the authority that signed the endpoint's certificate, for the workers. */
    workerCaFile: z.string().min(1).optional(),
    /** Instead of `worker`, for an image that becomes a worker in a way of the site's own. */
    workerUserData: z.string().optional(),
    /**
     * A PEM file with the authorities that signed PanDA's and the endpoint's certificates, where they are not among those
     * that Node trusts: the grid's, or a CA of the site's own.
     */
    caFile: z.string().min(1).optional(),
    /** Who is told of alarms; confirmed by a mail from AWS. Left out: subscribe to the stage's topic by hand. */
    alarmEmail: z.email({ error: ({ input }) => got(input, 'an e-mail address') }).optional(),
    /** One of the site's, or one that is made: docs/operations.md#network says which costs what. */
    network: network.prefault({ kind: 'public' }),
    /** False for an account whose Lambda limit is too low to reserve from, as new accounts have it. */
    reserveConcurrency: z.boolean().default(true),
    /** How often workers are launched and retired, in seconds; below 60 it takes SQS queues that delay. */
    tickSeconds: tickSeconds.default(DEFAULT_TICK_SECONDS),
    /** What all queues may come to together: docs/operations.md#shares. */
    caps: stageCaps.optional(),
    queues: z.record(z.string(), knobs, { error: ({ input }) => got(input, 'queues by their names') }),
  })
  .refine(({ worker, workerUserData }) => worker === undefined || workerUserData === undefined, {
    path: ['workerUserData'],
    error: 'stands beside worker, from which user-data would be made; remove one of the two',
  })
  .refine(({ worker, workerCaFile }) => worker !== undefined || workerCaFile === undefined, {
    path: ['workerCaFile'],
    error: 'has no worker beside it that could use it; remove it, or add worker',
  })
  .superRefine((block, context) => {
    const message = unfit(block);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['image'], message });
    const unpiped = unfitForPipeline(block);
    if (unpiped !== undefined)
      context.addIssue({ code: 'custom', path: ['imagePipeline'], message: unpiped });
  });
