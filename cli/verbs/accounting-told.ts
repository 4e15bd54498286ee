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
});

export type AccountingTold = z.output<typeof accountingTold>;
