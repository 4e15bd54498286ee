import * as z from 'zod';
import { CLOUD_NAME } from '../../core/model/clouds.ts';
import { fleetName } from '../../core/model/pool.ts';
import type { LaunchSource, Stage } from '../../core/model/stage.ts';
import type { Placement } from '../../core/model/worker.ts';
import { type OwnPlace, type Place, USUAL_PLACE } from '../../core/settings/place.ts';
import { json } from './json.ts';

/**
 * Everything a Lambda is told from outside, and nothing else: the stack sets these, the twin sets the same.
 * AWS's own variables (credentials, `AWS_ENDPOINT_URL_*`) are read by the SDK itself; the region's prices are asked for here.
 */
const placements = z
  .string()
  .regex(/^subnet-[0-9a-f]+=[a-z0-9-]+(,subnet-[0-9a-f]+=[a-z0-9-]+)*$/)
  .transform((text): readonly Placement[] =>
    text.split(',').map((pair) => {
      const [subnetId = '', zone = ''] = pair.split('=');
      return { subnetId, zone };
    }),
  )
  .refine((all) => new Set(all.map(({ zone }) => zone)).size === all.length, {
    error: 'names a zone twice; expected one subnet a zone, for EC2 refuses a fleet with two',
  });

/**
 * A fleet's own launch template, the disk that its workers offer to jobs, MB, all their volumes, GiB (absent: the stage's),
 * and its image for ARM's processors.
 */
const fleetSource = z.strictObject({
  id: z.string().regex(/^lt-[0-9a-f]+$/),
  version: z.string().regex(/^[0-9]+$/),
  diskMb: z.int().min(1),
  volumesGb: z.int().min(1).optional(),
  arm64Image: z.string().startsWith('ami-').optional(),
});

/** A cloud beside EC2, as `clouds` in the stage's block has it; its credential is a parameter, and its CA a file of the bundle. */
const cloudEntry = z.strictObject({
  kind: z.literal('openstack'),
  authUrl: z.url(),
  region: z.string().min(1),
  project: z.string().min(1),
  credential: z.string().startsWith('/'),
  caFile: z.string().startsWith('/').optional(),
  network: z.string().min(1),
  image: z.string().min(1),
  zones: z.array(z.string().min(1)).min(1),
  securityGroups: z.array(z.string().min(1)),
  /** Those that are deployed for it; absent: nobody says. */
  fleets: z.array(fleetName).optional(),
});

/** How long PanDA or the endpoint may take to answer at most; ticks reckon with it (runtime/run/time-left.ts). */
export const HTTP_TIMEOUT_SECONDS = 10;

const environment = z.object({
  AERIE_STAGE: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/),
  AERIE_TABLE: z.string().min(1),
  /** Base URL of PanDA's API, `https://pandaserver.cern.ch:25443/api/v1`; absent: the stage has no PanDA, and no queues. */
  AERIE_PANDA_URL: z.url().optional(),
  /** Base URL of the endpoint, `https://cm.example.org:9619`. */
  AERIE_ENDPOINT_URL: z.url(),
  AERIE_TEMPLATE_ID: z.string().regex(/^lt-[0-9a-f]+$/),
  /** A number: `$Latest` would move under a launch that is replayed. */
  AERIE_TEMPLATE_VERSION: z.string().regex(/^[0-9]+$/),
  /** The parameter with the image that the stage's pipeline made last; absent: the stage has no pipeline. */
  AERIE_IMAGE_PARAMETER: z.string().startsWith('/').optional(),
  /** Subnets with their zones: `subnet-1=us-east-1a,subnet-2=us-east-1b`. */
  AERIE_PLACEMENTS: placements,
  /** The image of types whose processors are ARM's; absent: the stage has none. */
  AERIE_ARM64_IMAGE: z.string().startsWith('ami-').optional(),
  /** Disk that a worker offers to pilots, MB. */
  AERIE_WORKER_DISK_MB: z.coerce.number().int().min(1),
  /** All volumes of a worker together, which are paid for, GiB. */
  AERIE_WORKER_VOLUMES_GB: z.coerce.number().positive(),
  /** Whether workers have public IPv4 addresses, which cost money: `public` or `private`. */
  AERIE_WORKER_ADDRESS: z.enum(['public', 'private']).default('public'),
  /** `off`: no metrics of single queues and fleets, which are most of what the control plane costs; those over all of them stay. */
  AERIE_QUEUE_METRICS: z.enum(['on', 'off']).default('on'),
  /** Set by Lambda itself, MB: how long an answer may be that is read. */
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: z.coerce.number().positive().default(512),
  /** Set by Lambda itself: whose list prices hold. */
  AWS_REGION: z.string().default(USUAL_PLACE.region),
  /** What fleets are launched from that have a template of their own, as JSON, by fleet: see `fleetSource`. */
  AERIE_FLEETS: json.pipe(z.record(fleetName, fleetSource)).default({}),
  /** The cloud beside EC2 that fleets may be on, as JSON, by its name: ids of machines tell no two apart. */
  AERIE_CLOUDS: json
    .pipe(z.record(z.string().regex(new RegExp(`^${CLOUD_NAME}$`)), cloudEntry))
    .refine((clouds) => Object.keys(clouds).length <= 1, { error: 'names more than one cloud' })
    .default({}),
  /** Tags of the site's own for all that is launched, as JSON: `{"CostCenter":"4711"}`. */
  AERIE_TAGS: json.pipe(z.record(z.string(), z.string())).optional(),
  /** A queue of the workers ticks, to which the endpoint may send nudges; absent: it may not. */
  AERIE_NUDGE_QUEUE: z.url({ protocol: /^https?$/ }).optional(),
  /** Between two workers ticks that come by themselves. */
  AERIE_TICK_SECONDS: z.coerce.number().int().min(1).default(60),
  /** How long PanDA or the endpoint may take to answer one request; two tries have to fit into a function's time. */
  AERIE_HTTP_TIMEOUT_SECONDS: z.coerce
    .number()
    .positive()
    .max(HTTP_TIMEOUT_SECONDS)
    .default(HTTP_TIMEOUT_SECONDS),
});

export type Environment = z.infer<typeof environment>;

/** What one of them is launched from. */
const sourceOf = ({ id, version, diskMb, arm64Image }: z.infer<typeof fleetSource>): LaunchSource => ({
  template: { id, version },
  workerDiskMb: diskMb,
  ...(arm64Image === undefined ? {} : { arm64Image }),
});

const cloudsOf = ({ AERIE_CLOUDS }: Environment): Pick<Stage, 'clouds'> => {
  const all = Object.entries(AERIE_CLOUDS);
  if (all.length === 0) return {};
  const clouds = all.map(([name, { image, network, zones }]) => [
    name,
    { imageId: image, placements: zones.map((zone) => ({ subnetId: network, zone })) },
  ]);
  return { clouds: Object.fromEntries(clouds) };
};

/** The stage as a plan needs it. */
export const stageOf = (env: Environment): Stage => ({
  stage: env.AERIE_STAGE,
  template: { id: env.AERIE_TEMPLATE_ID, version: env.AERIE_TEMPLATE_VERSION },
  placements: env.AERIE_PLACEMENTS,
  workerDiskMb: env.AERIE_WORKER_DISK_MB,
  ...(env.AERIE_ARM64_IMAGE === undefined ? {} : { arm64Image: env.AERIE_ARM64_IMAGE }),
  fleets: Object.fromEntries(Object.entries(env.AERIE_FLEETS).map(([name, of]) => [name, sourceOf(of)])),
  ...(env.AERIE_TAGS === undefined ? {} : { tags: env.AERIE_TAGS }),
  ...cloudsOf(env),
});

const ownPlaces = (env: Environment): Readonly<Record<string, OwnPlace>> =>
  Object.fromEntries(
    Object.entries(env.AERIE_FLEETS).map(([name, { diskMb, volumesGb, arm64Image }]) => [
      name,
      {
        diskGb: volumesGb ?? env.AERIE_WORKER_VOLUMES_GB,
        workerDiskMb: diskMb,
        hasArm64Image: arm64Image !== undefined,
      },
    ]),
  );

const deployedOn = ({ AERIE_CLOUDS }: Environment): Pick<Place, 'deployedOn'> => {
  const said = Object.entries(AERIE_CLOUDS).flatMap(([name, { fleets }]) =>
    fleets === undefined ? [] : [[name, fleets] as const],
  );
  return said.length === 0 ? {} : { deployedOn: Object.fromEntries(said) };
};

/** Where the workers live, as far as it decides what they cost. */
export const placeOf = (env: Environment): Place => ({
  region: env.AWS_REGION,
  diskGb: env.AERIE_WORKER_VOLUMES_GB,
  workerDiskMb: env.AERIE_WORKER_DISK_MB,
  hasPublicAddress: env.AERIE_WORKER_ADDRESS === 'public',
  hasArm64Image: env.AERIE_ARM64_IMAGE !== undefined,
  ...(Object.keys(env.AERIE_FLEETS).length === 0 ? {} : { fleets: ownPlaces(env) }),
  clouds: Object.keys(env.AERIE_CLOUDS),
  ...deployedOn(env),
});

/** Reads the environment once, at start; a Lambda that is set up wrongly does not start. */
export const readEnvironment = (env: Readonly<Record<string, string | undefined>>): Environment => {
  const parsed = environment.safeParse(env);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The environment of this function is not complete: ${problems.join('; ')}. Deploy again.`);
};
