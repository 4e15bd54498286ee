import * as z from 'zod';
import type { Parsed } from './parsed.ts';

/** What can be wrong between EC2, the ledger and the pool; docs/reliability.md says what is done about each. */
export const DISCREPANCIES = [
  'unknown-instance',
  'lost-worker',
  'overdue-boot',
  'unended-worker',
  'stopped-instance',
  'unclosed-launch',
  'dead-ad',
  'stranger',
] as const;

export type DiscrepancyName = (typeof DISCREPANCIES)[number];

/** One discrepancy that was seen. Its subject is an instance id, or the id of a launch. */
const discrepancy = z.object({ name: z.enum(DISCREPANCIES), subject: z.string() });

export type Discrepancy = Parsed<typeof discrepancy>;

/** A discrepancy as the audit remembers it: it acts only on what it has seen before, some time ago. */
export const mark = z.object({ ...discrepancy.shape, firstSeenAt: z.number() });

export type Mark = Parsed<typeof mark>;
