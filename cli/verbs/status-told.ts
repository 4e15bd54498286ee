import * as z from 'zod';
import { toldDecision } from '../stage/last-decision.ts';

const count = z.number();
const seconds = z.number();

const tick = z.object({
  /** How long ago one last had its facts. */
  ageSeconds: seconds,
  /** How old the view of the pool was that it rested on. */
  poolAgeSeconds: seconds,
});

const queue = z.object({
  queue: z.string(),
  fleet: z.string().nullable(),
  /** It decides and does nothing. */
  isInShadow: z.boolean(),
  /** Activated jobs that no pilot has taken; null: not known. */
  ready: count.nullable(),
  pilotsWaiting: count.nullable(),
  pilotsRunning: count.nullable(),
  last: toldDecision.nullable(),
});

const fleet = z.object({
  fleet: z.string(),
  /** It decides and does nothing. */
  isInShadow: z.boolean(),
  booting: count,
  waking: count,
  joined: count,
  missing: count,
  draining: count,
  retiring: count,
  asleep: count,
  maxWorkers: count.nullable(),
  /** Cores that running pilots hold; plain jobs are not counted. */
  coresBusy: count.nullable(),
  /** Cores of machines that are on. */
  coresPaid: count,
  dollarsPerHour: z.number().nullable(),
  /** At AWS's list prices: the fleet has none of its own. */
  isListed: z.boolean(),
  dollarsThisMonth: z.number().nullable(),
  budgetThisMonth: z.number().nullable(),
  last: toldDecision.nullable(),
});

/** What `aerie status` tells. */
export const statusTold = z.object({
  stage: z.string(),
  at: z.string(),
  facts: z.object({
    pilots: tick.nullable(),
    workers: tick.nullable(),
    /** How long ago all settings were read; null: never. */
    settingsAgeSeconds: seconds.nullable(),
  }),
  alarms: z.array(z.object({ name: z.string(), since: z.string(), urgency: z.string().nullable() })),
  queues: z.array(queue),
  fleets: z.array(fleet),
});

export type StatusTold = z.output<typeof statusTold>;
