import * as z from 'zod';

const waits = z.object({ mean: z.number(), p50: z.number(), p95: z.number(), longest: z.number() });

const jobs = {
  jobs: z.number(),
  done: z.number(),
  /** From the arrival of a job until it computes, seconds. */
  waitSeconds: waits,
  /** Of jobs that are done. */
  coreHours: z.number(),
};

const workers = {
  launched: z.number(),
  /** Launched, and never ran a job. */
  useless: z.number(),
  woken: z.number(),
  mostWorkers: z.number(),
  mostCores: z.number(),
  coreHoursUsed: z.number(),
  coreHoursPaid: z.number(),
  /** On demand at list prices, with disks and addresses; null: a type has none. */
  dollars: z.number().nullable(),
  /** Paid core-hours, over the least that any machines could be paid for if no job waited; null: there was no job. */
  overBound: z.number().nullable(),
};

const cores = z.array(z.number()).readonly();

/** What a load came to. */
const outcome = z.object({
  ...jobs,
  ...workers,
  /** `queue/BNL_CLOUD`; `fleet/default` are its plain jobs. */
  queues: z.array(z.object({ of: z.string(), fleet: z.string(), ...jobs })),
  fleets: z.array(z.object({ fleet: z.string(), ...workers })),
  /** What kept queues and fleets back, the longest first. */
  limits: z.array(
    z.object({
      of: z.string(),
      reason: z.string(),
      /** Whether nothing at all was done meanwhile. */
      isHold: z.boolean(),
      seconds: z.number(),
      text: z.string(),
      fix: z.object({ command: z.string().exactOptional(), text: z.string() }).nullable(),
    }),
  ),
  /** Jobs that no settings of the stage would ever run. */
  leftOut: z.array(z.object({ why: z.string(), jobs: z.number() })),
  /** Means of equal parts of the time, cores. */
  overTime: z.object({
    from: z.string(),
    to: z.string(),
    busy: cores,
    paid: cores,
    wanted: cores,
  }),
  /** Why not all jobs were done; null: they were. */
  givenUp: z.string().nullable(),
});

export type Outcome = z.output<typeof outcome>;

/** What `aerie simulate` tells. */
export const simulateTold = z.object({
  stage: z.string(),
  /** Where its settings are from. */
  settingsOf: z.enum(['the stage', 'cdk.json']),
  seed: z.number(),
  load: z.object({ jobs: z.number(), from: z.string(), to: z.string() }),
  /** How long machines take from their launch until they are in the pool, the share of those that never are, and whose figures it is. */
  boots: z.object({ meanSeconds: z.number(), neverShare: z.number(), isOfStage: z.boolean() }),
  /** Those that are paused, drained or in shadow, and were played as if they were not. */
  playedActive: z.array(z.string()),
  changes: z.array(z.object({ of: z.string(), knob: z.string(), from: z.string(), to: z.string() })),
  now: outcome,
  /** The same load with the changes; null: there are none. */
  changed: outcome.nullable(),
  notInIt: z.array(z.string()),
});

export type SimulateTold = z.output<typeof simulateTold>;
