import * as z from 'zod';
import type { Parsed } from './parsed.ts';

/**
 * Who wants to act, and on what: the tick's moment, the moment of the pool's view (the pool's clock), and the jobs that
 * run on all of PanDA's sites. A container forgets what it saw last; the lease does not.
 */
const leaseWish = z.object({
  /** Which tick: there is one writer of workers and one of pilots to a pool. */
  name: z.enum(['workers', 'pilots']),
  at: z.number(),
  viewedAt: z.number(),
  pandaRunning: z.number().exactOptional(),
});

export type LeaseWish = Parsed<typeof leaseWish>;

/** The lease as it is held: each taking has a higher fence than all before it. */
export const lease = z.object({
  ...leaseWish.shape,
  kind: z.literal('lease'),
  /** When PanDA's running jobs were counted, where its holder did not know them. Absent: at its own moment. */
  countedAt: z.number().exactOptional(),
  fence: z.number(),
  /** Until when nobody else may take it; a holder that is done lets go earlier. */
  until: z.number(),
});

export type Lease = Parsed<typeof lease>;
