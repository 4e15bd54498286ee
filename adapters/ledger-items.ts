import * as z from 'zod';
import type { Decision } from '../core/decisions.ts';
import { resources } from '../core/pool.ts';
import type { CoolingRecord, OpenLaunch, SubmissionRecord, WorkerRecord } from '../core/records.ts';

/**
 * The ledger's items, one table. What is alive shares one partition, so that a tick reads it with one query:
 *
 *   pk `live`             sk `launch#<id>` · `worker#<instance id>` · `queue#<queue>` · `cooling#<offer>`
 *   pk `decision#<queue>` sk `<pilots|workers>#<moment>`
 *   pk `past#<queue>`     sk `launch#<id>` · `worker#<instance id>`, until their TTL
 */
export const LIVE = 'live';
export const decisionKey = ({ of, queue, at }: Pick<Decision, 'of' | 'queue' | 'at'>) => ({
  pk: `decision#${queue}`,
  sk: `${of}#${at}`,
});
export const pastPartition = (queue: string): string => `past#${queue}`;

const DAY = 86_400;
/** How long what is over can be looked up. */
export const KEPT_SECONDS = { decision: 14 * DAY, past: 30 * DAY } as const;

const market = z.enum(['spot', 'on-demand']);
const offer = z.object({ flavour: z.string(), zone: z.string(), market });

const launchRequest = z.object({
  launchId: z.string(),
  queue: z.string(),
  clientToken: z.string(),
  template: z.object({ id: z.string(), version: z.string() }),
  market,
  count: z.number(),
  overrides: z.array(z.object({ flavour: z.string(), subnetId: z.string(), zone: z.string() })),
  tags: z.record(z.string(), z.string()),
});

export const openLaunch: z.ZodType<OpenLaunch> = z.object({
  request: launchRequest,
  offers: resources,
  createdAt: z.number(),
});

const since = { since: z.number(), cause: z.string() };

export const workerRecord: z.ZodType<WorkerRecord> = z.object({
  instanceId: z.string(),
  queue: z.string(),
  launchId: z.string(),
  offer,
  offers: resources,
  launchedAt: z.number(),
  state: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('booting') }),
    z.object({ kind: z.literal('joined'), joinedAt: z.number() }),
    z.object({ kind: z.literal('missing'), joinedAt: z.number(), since: z.number() }),
    z.object({ kind: z.literal('draining'), ...since }),
    z.object({ kind: z.literal('retiring'), ...since }),
  ]),
});

export const coolingRecord: z.ZodType<CoolingRecord> = z.object({
  offer,
  until: z.number(),
  why: z.string(),
});

const submissionRecord: z.ZodType<SubmissionRecord> = z.object({
  requestId: z.string(),
  queue: z.string(),
  count: z.number(),
  shape: resources,
  viewedAt: z.number(),
});

/** What is remembered of a queue: its recent submissions, and how many pilots it was ever given. */
export const queueMemory = z.object({
  queue: z.string(),
  pilotsEver: z.number(),
  recent: z.array(submissionRecord),
});
export type QueueMemory = z.infer<typeof queueMemory>;

const told = {
  queue: z.string(),
  at: z.number(),
  why: z.array(z.string()),
  counts: z.record(z.string(), z.number()),
};
const retirement = z.object({
  instanceId: z.string(),
  step: z.enum(['drain', 'terminate']),
  cause: z.string(),
});

export const decision: z.ZodType<Decision> = z.union([
  z.object({
    of: z.literal('pilots'),
    kind: z.literal('submit'),
    requestId: z.string(),
    count: z.number(),
    shape: resources,
    viewedAt: z.number(),
    ...told,
  }),
  z.object({
    of: z.literal('pilots'),
    kind: z.literal('remove'),
    count: z.number(),
    leave: z.number(),
    ...told,
  }),
  z.object({
    of: z.literal('workers'),
    kind: z.literal('act'),
    launches: z.array(z.object({ request: launchRequest, offers: resources })),
    retirements: z.array(retirement),
    ...told,
  }),
  z.object({ of: z.literal('pilots'), kind: z.enum(['rest', 'hold']), ...told }),
  z.object({ of: z.literal('workers'), kind: z.enum(['rest', 'hold']), ...told }),
]);
