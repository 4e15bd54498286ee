import * as z from 'zod';

const count = z.number();

const hour = z.object({
  from: z.string(),
  /** The most jobs that were ready and had no pilot, and pilots submitted; null: nothing was written down. */
  ready: count.nullable(),
  submitted: count,
  launched: count,
  woken: count,
  /** Launched in this hour, and joined since. */
  joined: count,
  /** Launched in this hour, and never joined. */
  useless: count,
  /** Cores of machines that were on, times hours. */
  coreHours: z.number(),
  dollars: z.number().nullable(),
  /** The most that those in shadow would have started at once, each at its own worst moment; null: nobody was in shadow. */
  inShadow: z
    .object({
      pilots: count,
      workers: count,
      dollarsPerHour: z.number().nullable(),
      isListed: z.boolean(),
    })
    .nullable(),
  holds: z.array(
    z.object({
      of: z.string(),
      from: z.string(),
      to: z.string().nullable(),
      reason: z.string(),
      text: z.string(),
    }),
  ),
});

/** What `aerie history` tells. */
export const historyTold = z.object({
  stage: z.string(),
  at: z.string(),
  /** The queue or fleet that was asked for; null: all. */
  of: z.string().nullable(),
  /** Some of the dollars are at AWS's list prices. */
  isListed: z.boolean(),
  hours: z.array(hour),
  sum: hour.omit({ from: true, ready: true, inShadow: true, holds: true }),
});

export type HistoryTold = z.output<typeof historyTold>;
export type Hour = HistoryTold['hours'][number];
