import * as z from 'zod';
import { stageCaps } from '../core/caps.ts';
import type { Stage } from '../core/launches.ts';
import type { Placement } from '../core/records.ts';

/**
 * Everything a Lambda is told from outside, and nothing else: the stack sets these, the twin sets the same.
 * AWS's own variables (region, credentials, `AWS_ENDPOINT_URL_*`) are read by the SDK itself.
 */
const placements = z
  .string()
  .regex(/^subnet-[0-9a-f]+=[a-z0-9-]+(,subnet-[0-9a-f]+=[a-z0-9-]+)*$/)
  .transform((text): readonly Placement[] =>
    text.split(',').map((pair) => {
      const [subnetId = '', zone = ''] = pair.split('=');
      return { subnetId, zone };
    }),
  );

const environment = z.object({
  AERIE_STAGE: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/),
  AERIE_TABLE: z.string().min(1),
  /** Base URL of PanDA's API, `https://pandaserver.cern.ch:25443/api/v1`. */
  AERIE_PANDA_URL: z.url(),
  /** Base URL of the endpoint, `https://cm.example.org:9619`. */
  AERIE_ENDPOINT_URL: z.url(),
  AERIE_TEMPLATE_ID: z.string().regex(/^lt-[0-9a-f]+$/),
  /** A number: `$Latest` would move under a launch that is replayed. */
  AERIE_TEMPLATE_VERSION: z.string().regex(/^[0-9]+$/),
  /** The parameter with the image that the stage's pipeline made last; absent: the stage has no pipeline. */
  AERIE_IMAGE_PARAMETER: z.string().startsWith('/').optional(),
  /** Subnets with their zones: `subnet-1=us-east-1a,subnet-2=us-east-1b`. */
  AERIE_PLACEMENTS: placements,
  /** Disk that a worker offers to pilots, MB. */
  AERIE_WORKER_DISK_MB: z.coerce.number().int().min(1),
  /** What all queues may come to together, as JSON: `{"cores":4000}`. */
  AERIE_CAPS: z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: `"${text}" is no JSON` });
        return z.NEVER;
      }
    })
    .pipe(stageCaps)
    .optional(),
  /** How long PanDA or the endpoint may take to answer one request; two tries have to fit into a function's time. */
  AERIE_HTTP_TIMEOUT_SECONDS: z.coerce.number().positive().max(20).default(10),
});

export type Environment = z.infer<typeof environment>;

/** The stage as a plan needs it. */
export const stageOf = (env: Environment): Stage => ({
  stage: env.AERIE_STAGE,
  template: { id: env.AERIE_TEMPLATE_ID, version: env.AERIE_TEMPLATE_VERSION },
  placements: env.AERIE_PLACEMENTS,
  workerDiskMb: env.AERIE_WORKER_DISK_MB,
  ...(env.AERIE_CAPS === undefined ? {} : { caps: env.AERIE_CAPS }),
});

/** Reads the environment once, at start; a Lambda that is set up wrongly does not start. */
export const readEnvironment = (env: Readonly<Record<string, string | undefined>>): Environment => {
  const parsed = environment.safeParse(env);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The environment of this function is not complete: ${problems.join('; ')}. Deploy again.`);
};
