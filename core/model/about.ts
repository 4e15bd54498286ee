import * as z from 'zod';
import { queueName } from './pool.ts';

/**
 * `GET /v1/about`: what the endpoint says of itself, so that a stage can be compared with it before anything is deployed.
 * Nothing in it is secret, but it is told to nobody without the bearer secret. Moments are seconds since 1970.
 */
const amount = z.number().min(0);

/** What a template itself asks HTCondor for; what it leaves out, or writes as an expression, is absent. */
const templateRequest = z.object({
  cpus: amount.exactOptional(),
  memoryMb: amount.exactOptional(),
  diskMb: amount.exactOptional(),
  gpus: amount.exactOptional(),
});

export type TemplateRequest = Readonly<z.infer<typeof templateRequest>>;

const template = z.object({
  queue: queueName,
  /** Why it cannot be submitted, in a sentence; absent: it can. */
  mistake: z.string().exactOptional(),
  asks: templateRequest,
  /** When the credential of its pilots ends; null if it names none, 0 if its file cannot be read. */
  credentialExpiresAt: amount.nullable(),
});

export type TemplateAbout = Readonly<z.infer<typeof template>>;

/** The newest version of the endpoint's API that this repository knows. */
export const API_VERSION = 1;

export const endpointAbout = z.object({
  api: z.int().min(1),
  /** The endpoint's clock. */
  now: amount,
  /** TRUST_DOMAIN of the central manager. */
  pool: z.string(),
  /** HTCondor's version, such as `23.9.6`; or why it cannot be told. */
  condor: z.union([z.object({ version: z.string() }), z.object({ why: z.string() })]),
  /** The STS that it asks, and whose workers it admits. */
  sts: z.object({ url: z.string(), account: z.string(), roles: z.array(z.string()) }),
  /** How long a worker's token lives. */
  tokenSeconds: amount,
  /** In the order of their queues. */
  templates: z.array(template),
});

export type EndpointAbout = Readonly<z.infer<typeof endpointAbout>>;
