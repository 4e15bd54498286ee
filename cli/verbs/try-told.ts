import * as z from 'zod';

/** What a time came to, or would. */
const outcome = z.object({
  launched: z.number(),
  launchedBy: z.record(z.string(), z.number()),
  woken: z.number(),
  /** Null: not known of what was. */
  waitMeanSeconds: z.number().nullable(),
  waitP95Seconds: z.number().nullable(),
  coreHours: z.number(),
  /** Null: a type has no list price. */
  dollars: z.number().nullable(),
});

export type Outcome = z.output<typeof outcome>;

/** What `aerie try` tells. */
export const tryTold = z.object({
  stage: z.string(),
  at: z.string(),
  /** The time that counts. */
  from: z.string(),
  to: z.string(),
  changes: z.array(z.object({ of: z.string(), knob: z.string(), from: z.string(), to: z.string() })),
  /** Jobs that were played, worked out from what ticks saw of their numbers. */
  jobs: z.number(),
  /** What was, by the ledger. */
  recorded: outcome,
  /** The same time in the model, with the settings as they are, and with the change. */
  model: outcome,
  changed: outcome,
  /** How far the model's launches are from those that were, as a share of them; null: none were. */
  launchesOff: z.number().nullable(),
  /** Ticks of which it could not be read what they saw. */
  unreadTicks: z.number(),
});

export type TryTold = z.output<typeof tryTold>;
