import * as z from 'zod';
import { keyOfJoins } from '../core/learn/joins.ts';
import type { Account } from '../core/model/account.ts';
import type { Decision } from '../core/model/decision.ts';
import { DISCREPANCIES, type Mark } from '../core/model/discrepancy.ts';
import { type OpenLaunch, REFUSAL_CLASSES } from '../core/model/launch.ts';
import type { Boots, Joins, Pace } from '../core/model/learned.ts';
import type { Lease } from '../core/model/lease.ts';
import type { CoolingRecord, SubmissionRecord } from '../core/model/ledger.ts';
import { resources } from '../core/model/pool.ts';
import { templateSchema as template } from '../core/model/reason-launches.ts';
import type { Cost, WorkerRecord } from '../core/model/worker.ts';
import { causeInPlace, keptReason } from './ledger-reasons.ts';

/**
 * The ledger's items, one table. What is alive shares one partition, so that a tick reads it with one query:
 *
 *   pk `live`             sk `launch#<id>` · `worker#<instance id>` · `queue#<queue>` · `cooling#<offer>` ·
 *                            `pace#launch` · `boots#<kind>` · `joins#<template>#<flavour>` · `account#<queue>`
 *   pk `lease`            sk `workers` · `pilots`
 *   pk `audit`            sk `<discrepancy>#<instance or launch id>`
 *   pk `decision#<queue>` sk `<pilots|workers>#<moment>`
 *   pk `past#<queue>`     sk `launch#<id>` · `worker#<instance id>` · `console#<instance id>` · `end#<instance id>`,
 *                            until their TTL
 */
export const LIVE = 'live';
/** What the audit has marked. */
export const AUDIT = 'audit';
export const leaseKey = (name: Lease['name']) => ({ pk: 'lease', sk: name });
export const decisionKey = ({ of, queue, at }: Pick<Decision, 'of' | 'queue' | 'at'>) => ({
  pk: `decision#${queue}`,
  sk: `${of}#${at}`,
});
export const pastPartition = (queue: string): string => `past#${queue}`;

const DAY = 86_400;
/** How long what is over can be looked up. */
export const KEPT_SECONDS = {
  decision: 14 * DAY,
  past: 30 * DAY,
  boots: 14 * DAY,
  /** Of a template, which is what launches go back to when a newer one does not join. */
  templateBoots: 90 * DAY,
} as const;

const market = z.enum(['spot', 'on-demand']);
const offer = z.object({ flavour: z.string(), zone: z.string(), market });

const prices = z.record(z.string(), z.number());
const cost: z.ZodType<Cost> = z.object({ dollarsPerHour: z.number(), endsBy: z.number() });

const onTrial = { halvings: z.number().exactOptional() };
const ofCanary = { isCanary: z.literal(true).exactOptional() };

const launchRequest = z.object({
  launchId: z.string(),
  queue: z.string(),
  clientToken: z.string(),
  template,
  market,
  count: z.number(),
  overrides: z.array(z.object({ flavour: z.string(), subnetId: z.string(), zone: z.string() })),
  tags: z.record(z.string(), z.string()),
  reservationsFirst: z.literal(true).exactOptional(),
});

export const openLaunch: z.ZodType<OpenLaunch> = z.object({
  request: launchRequest,
  offers: resources,
  createdAt: z.number(),
  intendedBy: z.number().exactOptional(),
  tokenKnownAt: z.number().exactOptional(),
  prices: prices.exactOptional(),
  ...onTrial,
  ...ofCanary,
});

const since = { since: z.number(), cause: keptReason };

const workerState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('booting') }),
  z.object({
    kind: z.literal('joined'),
    joinedAt: z.number(),
    undrainedAt: z.number().exactOptional(),
  }),
  z.object({ kind: z.literal('missing'), joinedAt: z.number(), since: z.number() }),
  z.object({
    kind: z.literal('draining'),
    ...since,
    surplus: z.literal(true).exactOptional(),
    unjoined: z.literal(true).exactOptional(),
    undated: z.literal(true).exactOptional(),
  }),
  z.object({ kind: z.literal('retiring'), ...since, pending: z.literal(true).exactOptional() }),
  z.object({ kind: z.literal('failed'), at: z.number(), cause: keptReason }),
]);

export const workerRecord: z.ZodType<WorkerRecord> = z.object({
  instanceId: z.string(),
  queue: z.string(),
  launchId: z.string(),
  offer,
  offers: resources,
  launchedAt: z.number(),
  state: z.preprocess(causeInPlace, workerState),
  template: template.exactOptional(),
  isProtected: z.boolean().exactOptional(),
  cost: cost.exactOptional(),
  endRefused: z.object({ at: z.number(), why: z.string() }).exactOptional(),
});

/** A worker that is over and stays until its cost is booked carries the moment of its end. */
export const endMark = z.looseObject({ endedAt: z.number().exactOptional() });

const exposure = z.object({ hours: z.number(), reclaims: z.number(), at: z.number() });

export const account: z.ZodType<Account> = z.object({
  queue: z.string(),
  dollars: z.record(z.string(), z.number()),
  booked: z.array(z.string()),
  pools: z.record(z.string(), exposure).exactOptional(),
  version: z.number(),
});

export const leaseItem: z.ZodType<Lease> = z.object({
  kind: z.literal('lease'),
  name: z.enum(['workers', 'pilots']),
  at: z.number(),
  viewedAt: z.number(),
  pandaRunning: z.number().exactOptional(),
  fence: z.number(),
  until: z.number(),
});

export const mark: z.ZodType<Mark> = z.object({
  name: z.enum(DISCREPANCIES),
  subject: z.string(),
  firstSeenAt: z.number(),
});

export const pace: z.ZodType<Pace> = z.object({
  most: z.number(),
  notBefore: z.number(),
  waitSeconds: z.number(),
});

const boot = z.object({ instanceId: z.string(), launchedAt: z.number(), joined: z.boolean() });

export const boots: z.ZodType<Boots> = z.object({
  kind: z.string(),
  template: template.exactOptional(),
  boots: z.array(boot),
});

/** A template or an offer that is used no more is forgotten. */
export const bootsItem = (of: Boots) => ({
  pk: LIVE,
  sk: `boots#${of.kind}`,
  ...of,
  expiresAt:
    Math.ceil(of.boots.at(-1)?.launchedAt ?? 0) +
    KEPT_SECONDS[of.template === undefined ? 'boots' : 'templateBoots'],
});

export const joins: z.ZodType<Joins> = z.object({
  template,
  flavour: z.string(),
  took: z.array(z.number().nullable()),
  launchedAt: z.number(),
});

export const joinsItem = (of: Joins) => ({
  pk: LIVE,
  sk: `joins#${keyOfJoins(of)}`,
  ...of,
  expiresAt: Math.ceil(of.launchedAt) + KEPT_SECONDS.boots,
});

export const coolingRecord: z.ZodType<CoolingRecord> = z.object({
  offer,
  until: z.number(),
  why: z.string(),
  class: z.enum(REFUSAL_CLASSES).exactOptional(),
  ...onTrial,
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
  why: z.array(keptReason),
  counts: z.record(z.string(), z.number()),
};
const retirement = z.object({
  instanceId: z.string(),
  step: z.enum(['drain', 'terminate', 'undrain']),
  cause: keptReason,
  surplus: z.literal(true).exactOptional(),
  again: z.literal(true).exactOptional(),
  unseen: z.literal(true).exactOptional(),
  empty: z.literal(true).exactOptional(),
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
    launches: z.array(
      z.object({
        ...{ request: launchRequest, offers: resources, prices: prices.exactOptional() },
        ...onTrial,
        ...ofCanary,
      }),
    ),
    retirements: z.array(retirement),
    ...told,
  }),
  z.object({ of: z.literal('pilots'), kind: z.enum(['rest', 'hold']), ...told }),
  z.object({ of: z.literal('workers'), kind: z.enum(['rest', 'hold']), ...told }),
]);
