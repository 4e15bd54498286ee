import * as z from 'zod';
import { poolFacts } from '../../worker/options.ts';
import { DEFAULT_TICK_SECONDS, TICK_MEMORY_MB, TICK_PERIODS } from '../functions/functions.ts';
import { ARCHITECTURES, unfit } from '../images/worker-image.ts';
import { CLOUDS_ALLOWED, clouds } from './clouds.ts';
import { SCRATCH_ALLOWED, scratchVolume, unfitDisks } from './disk.ts';
import { FLEETS_ALLOWED, fleets, knobs } from './fleets.ts';
import { imagePipeline, unfitForPipeline } from './images.ts';
import { canFetchAgents, LOGS_ALLOWED, workerLogs } from './look-in.ts';
import { got, matching } from './matching.ts';
import { NETWORK_ALLOWED, network, regionIn, ZONE } from './network.ts';
import { setting } from './setting.ts';
import { SITE_ALLOWED, workerSite } from './site.ts';
import { SQUID_ALLOWED, squid, unfitForSquid } from './squid.ts';
import { stageTags } from './tags.ts';
import {
  DISK_ALLOWED,
  endpointUrl,
  FOLDER_ALLOWED,
  KEY_ALLOWED,
  kmsKeyArn,
  MAX_USER_DATA_BYTES,
  PANDA_ALLOWED,
  pandaUrl,
  REGION_ALLOWED,
  region,
  runbookUrl,
  URL_ALLOWED,
  workerDiskGb,
} from './values.ts';

const TICKS_ALLOWED = `${TICK_PERIODS.slice(0, -1).join(', ')} or ${TICK_PERIODS.at(-1)}`;
const tickSeconds = z.literal(TICK_PERIODS, {
  error: ({ input }) =>
    got(input, typeof input === 'string' ? `${TICKS_ALLOWED}, without quotes` : TICKS_ALLOWED),
});

const { least: LEAST_MEMORY, most: MOST_MEMORY } = TICK_MEMORY_MB;
const MEMORY_ALLOWED = `a whole number of MB from ${LEAST_MEMORY} to ${MOST_MEMORY}`;
const tickMemoryMb = z
  .int({ error: ({ input }) => got(input, MEMORY_ALLOWED) })
  .min(LEAST_MEMORY, { error: ({ input }) => got(input, MEMORY_ALLOWED) })
  .max(MOST_MEMORY, { error: ({ input }) => got(input, MEMORY_ALLOWED) });

const YES_OR_NO = 'true or false';
const yesOrNo = z.boolean({ error: ({ input }) => got(input, YES_OR_NO) });

const ON_OR_OFF = 'on or off';
const queueMetrics = z.enum(['on', 'off'], { error: ({ input }) => got(input, ON_OR_OFF) });

const IMAGE_ALLOWED = 'an AMI id, or the path of an SSM parameter that holds one';
const imageName = matching(/^(ami-([0-9a-f]{8}|[0-9a-f]{17})|(\/[A-Za-z0-9_.-]+)+)$/, IMAGE_ALLOWED);
const ACCOUNT_ALLOWED = 'an account number of 12 digits';
const DEVICE_ALLOWED = 'a device such as /dev/sda1';
const MAIL_ALLOWED = 'an e-mail address';
const FILE_ALLOWED = 'the path of a PEM file';
const filePath = z.string({ error: ({ input }) => got(input, FILE_ALLOWED) }).min(1, {
  error: ({ input }) => got(input, FILE_ALLOWED),
});

const USER_DATA_ALLOWED = `a text of up to ${MAX_USER_DATA_BYTES} bytes`;
const userDataText = z
  .string({ error: ({ input }) => got(input, USER_DATA_ALLOWED) })
  .refine((text) => Buffer.byteLength(text) <= MAX_USER_DATA_BYTES, {
    error: ({ input }) => `has ${Buffer.byteLength(String(input))} bytes; expected ${USER_DATA_ALLOWED}`,
  });

/**
 * Every setting of a stage, in the order in which an admin meets them. This table is the only place that knows them:
 * cdk.json is read by it and docs/stage.md is made from it.
 */
export const STAGE_SETTINGS = {
  account: setting(matching(/^\d{12}$/, ACCOUNT_ALLOWED).optional(), {
    description: 'The account that the stage is deployed to; a deploy with keys of another one is refused.',
    allowed: ACCOUNT_ALLOWED,
    fallback: 'the account that is signed in',
  }),
  region: setting(region.optional(), {
    description:
      'The region that the stage is deployed to. It is also that of the `sts.url` of the endpoint.',
    allowed: `${REGION_ALLOWED}, of AWS or of AWS GovCloud (US)`,
    fallback: 'the region that is signed in',
  }),
  pandaUrl: setting(pandaUrl.optional(), {
    description:
      "The base URL of PanDA's API. Without it the stage has no queues and submits no pilots; its fleets run the pool's own jobs. [Without PanDA](tuning.md#a-fleet-for-plain-jobs).",
    allowed: PANDA_ALLOWED,
    fallback: 'none: the stage has no PanDA',
  }),
  endpointUrl: setting(endpointUrl, {
    description: 'The URL of the [endpoint](endpoint.md) beside the collector.',
    allowed: URL_ALLOWED,
  }),
  caFile: setting(filePath.optional(), {
    description:
      "The authorities that signed PanDA's and the endpoint's certificates, where they are not among those that Node trusts: the grid's, or a CA of the site's own. PanDA's server at CERN has a certificate of the grid.",
    allowed: FILE_ALLOWED,
    fallback: 'the authorities that Node trusts',
  }),
  image: setting(imageName, {
    description:
      'The image that workers are made from. A parameter is read at each deploy. [Which images fit](worker.md).',
    allowed: IMAGE_ALLOWED,
  }),
  arm64Image: setting(imageName.optional(), {
    description:
      'The image of types whose processors are ARM (Graviton: `m7g.large`), of the same `worker.os` and with the same name of its root as `image`. [Graviton](worker.md#graviton).',
    allowed: IMAGE_ALLOWED,
    fallback: 'none: fleets name types with x86_64 only',
  }),
  rootDevice: setting(matching(/^\/dev\/[a-z0-9]+$/, DEVICE_ALLOWED).default('/dev/sda1'), {
    description:
      "The image's own name for its root volume (`aws ec2 describe-images` shows it as RootDeviceName); a wrong one adds a second disk instead of sizing the first.",
    allowed: DEVICE_ALLOWED,
    fallback: '/dev/sda1',
  }),
  workerDiskGb: setting(workerDiskGb.default(100), {
    description:
      "The root volume of a worker, gp3. Kept of it are 7 GiB for the system, CVMFS's quota and a fifth of it, 1 GB, and 7 % for the file system; pilots are offered the rest. [Disks](worker.md#memory-and-disk).",
    allowed: DISK_ALLOWED,
    fallback: '100',
  }),
  scratchVolume: setting(scratchVolume.optional(), {
    description:
      "A second volume, gp3, for the jobs' scratch directories alone. An instance store that is larger takes its place.",
    allowed: SCRATCH_ALLOWED,
    fallback: 'none: scratch is on the root volume, or on an instance store that is larger',
  }),
  diskKey: setting(kmsKeyArn.optional(), {
    description:
      "The customer's own KMS key that encrypts the disks of workers. Needed where the account's default key for EBS is such a key: without the rights that this setting brings, EC2 launches the machine and ends it at once with Client.InternalError. The key's policy has to let the account's IAM decide, as a key's default policy does; [spot needs a grant](runbooks/workers.md#a-customers-key-and-spot).",
    allowed: KEY_ALLOWED,
    fallback: "the account's default key for EBS, which has to be AWS's own",
  }),
  imagePipeline: setting(imagePipeline, {
    description:
      'Makes a new worker image from `image` by EC2 Image Builder, updated, stamped and tested by a boot, and lets one worker try it. [How](images.md).',
    allowed:
      '`true`, `false`, or any of `schedule` (`daily`, `weekly`, `monthly`), `instanceType`, `keep` and `gpu` (a driver for GPUs)',
    fallback: 'false',
  }),
  worker: setting(poolFacts.optional(), {
    description: 'The pool that workers join; their user-data is made from it. [Every option](worker.md).',
    allowed: 'an object',
    fallback: 'none: the image becomes a worker by itself, or by `workerUserData`',
  }),
  workerCaFile: setting(filePath.optional(), {
    description: "The authority that signed the endpoint's certificate, for the workers.",
    allowed: FILE_ALLOWED,
    fallback: 'the authorities that the image trusts',
  }),
  workerSite: setting(workerSite.optional(), {
    description:
      "What the site adds to its workers beside aerie's own: lines for HTCondor, packages, files and a script, from files beside `cdk.json`. [How](worker.md#the-sites-own-layer).",
    allowed: SITE_ALLOWED,
    fallback: 'nothing',
  }),
  workerLogs: setting(workerLogs.optional(), {
    description:
      "Where HTCondor's logs of the workers go, so that they outlive the machine. [Sessions and logs](worker.md#sessions-and-logs).",
    allowed: LOGS_ALLOWED,
    fallback: 'nowhere: they end with the machine',
  }),
  sessionManager: setting(yesOrNo.default(false), {
    description:
      'Lets sessions of AWS Systems Manager be begun on workers, without a key and an open port. [Sessions and logs](worker.md#sessions-and-logs).',
    allowed: YES_OR_NO,
    fallback: 'false',
  }),
  workerUserData: setting(userDataText.optional(), {
    description: 'Instead of `worker`, for an image that becomes a worker in a way of the site’s own.',
    allowed: USER_DATA_ALLOWED,
    fallback: 'none',
  }),
  network: setting(network.prefault({ kind: 'public' }), {
    description:
      'Where workers live: subnets of the site, or a network that is made. [Which costs what](money.md#network).',
    allowed: NETWORK_ALLOWED,
    fallback: '{ "kind": "public", "zones": 2 }',
  }),
  clouds: setting(clouds, {
    description:
      'A cloud beside EC2 that fleets may be on, by the name that their knob `cloud` says. Its workers have the user-data of the fleet, and `workerDiskGb` is what its flavours have. [OpenStack](openstack.md).',
    allowed: CLOUDS_ALLOWED,
    fallback: '{}: EC2 only',
  }),
  squid: setting(squid, {
    description:
      "A squid in the workers' network, which CVMFS and Frontier use by themselves; if it does not answer, CVMFS goes on DIRECT. [Squid](worker.md#squid).",
    allowed: SQUID_ALLOWED,
    fallback: 'false',
  }),
  fixedAddress: setting(yesOrNo.default(false), {
    description:
      "Puts the functions into the workers' network, so that PanDA and the endpoint see them come from one address, that of the NAT gateway, and the site's firewall can let in nobody else. Takes the network `nat`, or subnets of the site that have a way out through a NAT.",
    allowed: YES_OR_NO,
    fallback: 'false',
  }),
  alarmEmail: setting(z.email({ error: ({ input }) => got(input, MAIL_ALLOWED) }).optional(), {
    description: 'Who is told of alarms; AWS sends a mail that has to be confirmed first.',
    allowed: MAIL_ALLOWED,
    fallback: "nobody; subscribe to the stage's topic by hand",
  }),
  runbookUrl: setting(runbookUrl.optional(), {
    description:
      'Where the runbooks can be opened, so that the mail of an alarm leads to its own: the folder `docs/runbooks/` of [the site](alarms.md#runbooks-on-a-phone), wherever you serve it.',
    allowed: FOLDER_ALLOWED,
    fallback: 'none: the mail names the file of the repository',
  }),
  tags: setting(stageTags.default({}), {
    description:
      'Tags that everything carries: the stack, EC2 fleets, machines and disks. For cost allocation, or where the organisation denies what has none.',
    allowed: 'texts by tag keys, such as { "CostCenter": "4711" }',
    fallback: '{}',
  }),
  retain: setting(yesOrNo.default(true), {
    description:
      'Keeps the ledger when the stack goes, and protects both from deletion by mistake. False for a stage that only tries something out.',
    allowed: YES_OR_NO,
    fallback: 'true',
  }),
  reserveConcurrency: setting(yesOrNo.default(false), {
    description:
      "Reserves one execution for each tick and the audit, so that other functions of the account cannot starve them. Not needed for correctness, and refused by an account whose limit is too low to reserve from, as new accounts' is.",
    allowed: YES_OR_NO,
    fallback: 'false',
  }),
  tickSeconds: setting(tickSeconds.default(DEFAULT_TICK_SECONDS), {
    description: 'How often workers are launched and retired; below 60 it takes SQS queues that delay.',
    allowed: TICKS_ALLOWED,
    fallback: String(DEFAULT_TICK_SECONDS),
  }),
  nudges: setting(yesOrNo.default(true), {
    description:
      'Lets the endpoint ask for a tick of the workers before its time, when jobs have begun to wait. The central manager has to reach `sqs.<region>.amazonaws.com`; if it does not, the ticks come by themselves only. [How](decisions/0036-nudges.md).',
    allowed: YES_OR_NO,
    fallback: 'true',
  }),
  tickMemoryMb: setting(tickMemoryMb.default(LEAST_MEMORY), {
    description:
      'The memory of the ticks and of the audit, and twice that of the settings function; the processor comes with it, a whole one with 1769 MB. [How much a large stage needs](reference.md#when-the-stage-grows).',
    allowed: MEMORY_ALLOWED,
    fallback: String(LEAST_MEMORY),
  }),
  queueMetrics: setting(queueMetrics.default('on'), {
    description:
      'Whether every queue and every fleet has metrics of its own. Off leaves them out, and with them nearly all that a further one costs; alarms and what is counted over all of them stay.',
    allowed: ON_OR_OFF,
    fallback: 'on',
  }),
  fleets: setting(fleets, {
    description:
      'The fleets by their names, each with its [knobs](settings.md); `default` is there without being named. A fleet may also be launched from something of its own: `image`, `arm64Image`, `rootDevice`, `workerDiskGb`, `scratchVolume`, `workerUserData`, and of `worker` what differs. What it leaves out is the stage’s. [How](tuning.md#a-new-fleet).',
    allowed: FLEETS_ALLOWED,
    fallback: 'the fleet default, with the default of each knob',
  }),
  queues: setting(
    z.record(z.string(), knobs, { error: ({ input }) => got(input, 'queues by their names') }).default({}),
    {
      description:
        "PanDA's queues by their names, each with its [knobs](settings.md) and the fleet that it runs on. What is left out stays free to be put by hand.",
      allowed: 'queues by their names',
      fallback: 'none: the stage runs plain jobs',
    },
  ),
} as const satisfies Readonly<Record<string, z.ZodType>>;

/** One stage as cdk.json writes it, defaults filled in. */
export const stageBlock = z
  .strictObject(STAGE_SETTINGS)
  .refine(({ worker, workerUserData }) => worker === undefined || workerUserData === undefined, {
    path: ['workerUserData'],
    error: 'stands beside worker, from which user-data would be made; remove one of the two',
  })
  .refine(({ worker, workerSite: site }) => worker !== undefined || site === undefined, {
    path: ['workerSite'],
    error: 'has no worker beside it that it could be added to; remove it, or add worker',
  })
  .refine(({ worker, scratchVolume: scratch }) => worker !== undefined || scratch === undefined, {
    path: ['scratchVolume'],
    error:
      'has no worker beside it that would mount it; remove it and make workerDiskGb larger, or add worker',
  })
  .refine(
    ({ worker, workerLogs: logs, sessionManager }) =>
      worker !== undefined || (logs === undefined && !sessionManager),
    {
      path: ['worker'],
      error: 'is missing, and workerLogs and sessionManager are set up by it; add it, or leave them out',
    },
  )
  .refine(canFetchAgents, {
    path: ['network'],
    error:
      'has IPv6 only, and sessionManager and cloudWatchDays need an agent that a plain image fetches by IPv4; take another kind, leave them out, or bake an image that has the agents',
  })
  .refine(({ worker, workerCaFile }) => worker !== undefined || workerCaFile === undefined, {
    path: ['workerCaFile'],
    error: 'has no worker beside it that could use it; remove it, or add worker',
  })
  .refine(
    ({ region: ours, diskKey }) =>
      ours === undefined || !kmsKeyArn.safeParse(diskKey).success || diskKey?.split(':')[3] === ours,
    {
      path: ['diskKey'],
      error:
        'is a key of another region than the stage; EBS takes keys of its own region only, name one of those',
    },
  )
  .superRefine(({ region: said, network: given }, context) => {
    if (given.kind !== 'existing') return;
    // A VPC lies in one region, whichever it is.
    const ours = said ?? regionIn(given.placements[0]?.zone ?? '');
    if (ours === undefined) return;
    for (const [index, { zone }] of given.placements.entries()) {
      if (!ZONE.test(zone) || zone.startsWith(ours)) continue;
      const message = `is "${zone}"; expected a zone of the stage's region, such as ${ours}a`;
      context.addIssue({ code: 'custom', path: ['network', 'placements', index, 'zone'], message });
    }
  })
  .refine(({ fixedAddress, network: { kind } }) => !fixedAddress || kind === 'nat' || kind === 'existing', {
    path: ['fixedAddress'],
    error:
      'takes a network whose way out has one address; give network the kind nat, or subnets of the site behind a NAT',
  })
  .superRefine((block, context) => {
    for (const setting of ['image', 'arm64Image'] as const) {
      const image = block[setting];
      const message = image === undefined ? undefined : unfit({ ...block, image }, ARCHITECTURES[setting]);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [setting], message });
    }
    const disks = unfitDisks(block);
    if (disks !== undefined) context.addIssue({ code: 'custom', path: [disks.setting], message: disks.why });
    const unsquid = unfitForSquid(block);
    if (unsquid !== undefined) context.addIssue({ code: 'custom', path: ['squid'], message: unsquid });
    const unpiped = unfitForPipeline(block);
    if (unpiped !== undefined)
      context.addIssue({ code: 'custom', path: ['imagePipeline'], message: unpiped });
  });
