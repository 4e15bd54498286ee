import * as z from 'zod';
import type { Parsed } from './parsed.ts';

/** What has been seen of one spot pool, a flavour in a zone, up to a moment. */
const exposure = z.object({
  /** Hours that workers of it have lived. */
  hours: z.number(),
  /** How many of them EC2 has taken back. */
  reclaims: z.number(),
  at: z.number(),
});

export type Exposure = Parsed<typeof exposure>;

export type Exposures = Readonly<Record<string, Exposure>>;

/**
 * What a fleet has spent on workers that are over, by month, dollars. `booked`: those whose records may still be there;
 * booked with the money in one write, so that none is counted twice.
 */
export const account = z.object({
  fleet: z.string(),
  /** The queue whose money it was, before there were fleets: it adds up, and is not written any more. */
  former: z.string().exactOptional(),
  dollars: z.record(z.string(), z.number()),
  booked: z.array(z.string()),
  /** What its spot workers have shown of their pools; absent: it had none. */
  pools: z.record(z.string(), exposure).exactOptional(),
  /** How often it has been written: a write rests on the one before it. */
  version: z.number(),
});

export type Account = Parsed<typeof account>;

export const NO_ACCOUNT = (fleet: string): Account => ({ fleet, dollars: {}, booked: [], version: 0 });
