import * as z from 'zod';

const count = z.number();
const hours = z.number();

/** Machines of one fleet, type and market. */
const machines = z.object({
  fleet: z.string(),
  flavour: z.string(),
  market: z.enum(['on-demand', 'spot']),
  /** Those that lived at some time of the month. */
  workers: count,
  /** Cores of machines that were on, times hours: EC2 bills them, whoever uses them. */
  coreHoursPaid: hours,
  /** Hours that machines were asleep: their disks are paid for. */
  hoursAsleep: hours,
  /** Null: nobody lists the type. */
  dollars: z.number().nullable(),
  /** Some are at AWS's list prices on demand: their fleet has none of its own. */
  isListed: z.boolean(),
});

export type Machines = z.output<typeof machines>;

/** What a job ran on and for whom; null: not known, or none. */
const whose = z.object({
  queue: z.string().nullable(),
  fleet: z.string().nullable(),
  /** Whom the negotiator counted it for; a pilot is counted for its queue. */
  user: z.string(),
  flavour: z.string().nullable(),
  market: z.enum(['on-demand', 'spot']).nullable(),
});

const used = z.object({
  /** Cores that jobs had, times the hours of all their runs. */
  coreHours: hours,
  /** Hours of CPU that they used of them. */
  cpuHours: hours,
  /** Null: nobody knows what a machine among them costs. */
  dollars: z.number().nullable(),
  isListed: z.boolean(),
});

/** Finished jobs of one kind. */
const jobGroup = z.object({ ...whose.shape, ...used.shape, jobs: count });

/** One finished job. */
const finishedJob = z.object({
  id: z.string(),
  ...whose.shape,
  status: z.enum(['completed', 'removed']),
  /** When its last run began. */
  startedAt: z.string(),
  endedAt: z.string(),
  runs: count,
  cores: count,
  memoryMb: z.number().nullable(),
  wallSeconds: z.number(),
  cpuSeconds: z.number(),
  instance: z.string().nullable(),
  zone: z.string().nullable(),
  ...used.shape,
});

export type JobGroup = z.output<typeof jobGroup>;
export type JobTold = z.output<typeof finishedJob>;

/** Why a job of the history is not among them. */
const leftOut = z.enum(['unfinished', 'never-ran', 'incomplete', 'twice', 'other-month', 'elsewhere']);

/** What `aerie accounting` tells. */
export const accountingTold = z.object({
  stage: z.string(),
  at: z.string(),
  month: z.string(),
  from: z.string(),
  /** The end of the month, or now. */
  to: z.string(),
  /** Workers that were over before this moment of the month are not kept any more; null: they are all there. */
  keptSince: z.string().nullable(),
  machines: z.array(machines),
  /** Null where a part of it is. */
  sum: machines.omit({ fleet: true, flavour: true, market: true }),
  fleets: z.array(
    z.object({
      fleet: z.string(),
      /** What its budget counts: at its own prices, and whole for each of the last 13 months; null: it has no prices. */
      dollarsBooked: z.number().nullable(),
    }),
  ),
  queues: z.array(
    z.object({
      queue: z.string(),
      /** As it is set now. */
      fleet: z.string(),
      cpus: count,
      /** Hours that pilots ran, times the cores that they ask for now; null: not kept. */
      coreHoursClaimed: hours.nullable(),
    }),
  ),
  /** The jobs of the history that was given; null: none was. */
  jobs: z
    .object({
      groups: z.array(jobGroup),
      sum: used.extend({ jobs: count }),
      finished: z.array(finishedJob),
      leftOut: z.array(z.object({ why: leftOut, jobs: count })),
      /** Lines of the records that were asked for; null: none were. */
      records: z.array(z.string()).nullable(),
    })
    .nullable(),
});

export type AccountingTold = z.output<typeof accountingTold>;
