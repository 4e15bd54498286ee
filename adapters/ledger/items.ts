import { keyOfJoins } from '../../core/learn/joins.ts';
import { type Decision, whose } from '../../core/model/decision.ts';
import type { Boots, Joins } from '../../core/model/learned.ts';
import type { Lease } from '../../core/model/lease.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import { writtenState } from './reasons.ts';

/**
 * The keys of the ledger's items, one table; what is in an item is a schema of core/model. What is alive shares one
 * partition, so that a tick reads it with one query:
 *
 *   pk `live`             sk `launch#<id>` · `worker#<instance id>` · `queue#<queue>` · `cooling#<offer>` ·
 *                            `pace#launch` · `boots#<kind>` ·
 *                            `joins#<template>#<flavour>`, and the same with `#woken` ·
 *                            `account#fleet:<fleet>`, and `account#<queue>` from before there were fleets
 *   pk `lease`            sk `workers` · `pilots`
 *   pk `audit`            sk `<discrepancy>#<instance or launch id>`
 *   pk `decision#<queue or fleet>` sk `<pilots|workers>#<moment>`
 *   pk `past#<fleet>`     sk `launch#<id>` · `worker#<instance id>` · `console#<instance id>` · `end#<instance id>`,
 *                            until their TTL
 *
 * Each has `v`, the version of its shape (adapters/ledger/version.ts), and, if it does not stay, `expiresAt`.
 */
export const LIVE = 'live';
/** What the audit has marked. */
export const AUDIT = 'audit';
export const leaseKey = (name: Lease['name']) => ({ pk: 'lease', sk: name });
export const workerKey = (instanceId: string): string => `worker#${instanceId}`;
/** Everything in a partition but the workers: what sorts before `worker#`, and what sorts after it (`$` comes after `#`). */
export const NO_WORKERS = [{ before: 'worker#' }, { from: 'worker$' }] as const;
export const decisionKey = (decision: Decision) => ({
  pk: `decision#${whose(decision)}`,
  sk: `${decision.of}#${decision.at}`,
});
export const accountKey = (fleet: string): string => `account#fleet:${fleet}`;
export const pastPartition = (fleet: string): string => `past#${fleet}`;

const DAY = 86_400;
/** How long what is over can be looked up. */
export const KEPT_SECONDS = {
  decision: 14 * DAY,
  past: 30 * DAY,
  boots: 14 * DAY,
  /** Of a template, which is what launches go back to when a newer one does not join. */
  templateBoots: 90 * DAY,
} as const;

/** A worker with each field an attribute: as the past has it, and as versions before the second wrote all. */
const writtenWorker = (worker: WorkerRecord) => ({ ...worker, state: writtenState(worker.state) });

/** A worker that is over, as it can be looked up for a while. */
export const pastWorker = (worker: WorkerRecord, at: number) => ({
  ...writtenWorker(worker),
  pk: pastPartition(worker.fleet),
  sk: workerKey(worker.instanceId),
  goneAt: at,
  expiresAt: Math.ceil(at) + KEPT_SECONDS.past,
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

export const joinsItem = (of: Joins) => ({
  pk: LIVE,
  sk: `joins#${keyOfJoins(of)}`,
  ...of,
  expiresAt: Math.ceil(of.launchedAt) + KEPT_SECONDS.boots,
});
