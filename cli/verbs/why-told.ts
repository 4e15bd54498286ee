import * as z from 'zod';

/** One queue or fleet: what was decided of it, and what limits it. */
const explained = z.object({
  of: z.enum(['queue', 'fleet']),
  name: z.string(),
  /** When it was decided. */
  decidedAt: z.string(),
  kind: z.enum(['submit', 'remove', 'act', 'rest', 'hold']),
  what: z.string(),
  /** Every reason, in the order in which they arose. */
  why: z.array(z.object({ kind: z.string(), text: z.string() })),
  counts: z.record(z.string(), z.number()),
  /** It only said the same again since: its numbers are of then. */
  isRepeated: z.boolean(),
  limit: z.object({
    kind: z.enum(['limited', 'acting', 'met', 'no-demand']),
    /** The kind of the reason, and its sentence; absent: nothing limits. */
    reason: z.string().exactOptional(),
    text: z.string().exactOptional(),
    since: z.string(),
    /** It has been so for at least that long: more is not looked through. */
    isSinceAtLeast: z.boolean(),
  }),
  fix: z.object({ command: z.string().exactOptional(), text: z.string() }).nullable(),
});

export type Explained = z.output<typeof explained>;

/** What `aerie why` tells. */
export const whyTold = z.object({
  stage: z.string(),
  at: z.string(),
  /** Whose limit it is that counts: the queue's own, or its fleet's. */
  because: z.string(),
  /** Those that were asked for, and the fleet of a queue. */
  of: z.array(explained),
});

export type WhyTold = z.output<typeof whyTold>;
