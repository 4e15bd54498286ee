import * as z from 'zod';

const count = z.number();

/** One summand of a step of a chain. `of`: what was counted; `from`: what it was worked out from, if that is another number. */
const term = z.object({
  of: z.enum([
    'ready',
    'offset',
    'pending',
    'running',
    'to-submit',
    'ever-submitted',
    'to-queue',
    'to-keep',
    'in-factory',
  ]),
  count,
  from: count.exactOptional(),
});

export type Term = Readonly<z.infer<typeof term>>;

const terms = z.array(term).readonly();

/** A sched plugin with the parameters that its step is called by. */
const step = { plugin: z.string(), parameters: z.array(z.number()).readonly() };

/** What a sched plugin has no answer without. */
const missing = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('site-status') }),
  /** The chain asks for pilots that ran under one time, and the pool counts those under another. */
  z.object({ kind: z.literal('short-pilots'), wantedSeconds: count, countedSeconds: count }),
]);

export type MissingFact = Readonly<z.infer<typeof missing>>;

/** Why a queue's pilots are as many as they are, or why it holds. */
export const pilotReason = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('queue-paused') }),
  z.object({ kind: z.literal('queue-drained') }),
  /** It decides and does nothing: how many pilots it would submit or remove now. */
  z.object({ kind: z.literal('queue-in-shadow'), submit: count, remove: count }),
  z.object({ kind: z.literal('idle-pilots-removed') }),
  z.object({ kind: z.literal('pilots-without-jobs'), idlePilots: count }),
  /** They wait for a fleet that does not exist any more. */
  z.object({ kind: z.literal('pilots-of-no-fleet'), fleet: z.string(), idlePilots: count }),
  /** `taken`: activated jobs that pilots have taken since PanDA counted. */
  z.object({
    kind: z.literal('pilots-seen'),
    activated: count,
    taken: count,
    waiting: count,
    running: count,
  }),
  z.object({ kind: z.literal('site-shut'), status: z.string() }),
  /** A status of which it is not known whether such a site takes pilots. */
  z.object({ kind: z.literal('site-status-strange'), status: z.string() }),
  /** What its pilots carry to be believed ends within a day, or has ended; without `endsAt` its file cannot be read. */
  z.object({
    kind: z.literal('credential-ends'),
    leftSeconds: z.number(),
    endsAt: z.number().exactOptional(),
    /** One of the central manager's own files; absent: what this queue's pilots carry. */
    file: z.string().exactOptional(),
  }),
  /** Workers of its fleet may live longer than the token that they join with. */
  z.object({ kind: z.literal('tokens-end-first'), tokenSeconds: z.number(), lifeSeconds: z.number() }),
  z.object({
    kind: z.literal('pilots-empty-handed'),
    short: count,
    ended: count,
    shortSeconds: z.number(),
  }),
  /** Pilots that were submitted more than `limitSeconds` ago and show in no view. */
  z.object({
    kind: z.literal('submissions-unshown'),
    submitted: count,
    missing: count,
    limitSeconds: z.number(),
  }),
  /** A step that changed the number; `seen`, `status`, `short`: what it looked at. */
  z.object({
    ...{ kind: z.literal('chain-moved'), ...step, from: count, to: count, seen: terms },
    status: z.string().exactOptional(),
    short: z.object({ count, ended: count, shortSeconds: z.number() }).exactOptional(),
  }),
  /**
   * A step that counted anew: `plus` less `minus`, both empty if it always gives the same. `atMost`: the sum is limited,
   * and 0 if it is below; `areLimited`: limits of the plugin's own apply.
   */
  z.object({
    ...{ kind: z.literal('chain-counted'), ...step, plus: terms, minus: terms, to: count },
    atMost: count.exactOptional(),
    areLimited: z.literal(true).exactOptional(),
  }),
  /** A plugin that gives a number of its own for a site in this status. */
  z.object({
    kind: z.literal('chain-by-status'),
    plugin: z.string(),
    status: z.enum(['offline', 'test']),
    pending: count.exactOptional(),
    to: count,
  }),
  z.object({ kind: z.literal('chain-stuck'), plugin: z.string(), missing }),
  /** Counts that cannot be; as text, because the ledger can hold no NaN. */
  z.object({ kind: z.literal('count-impossible'), count: z.string(), value: z.string() }),
  z.object({ kind: z.literal('short-impossible'), short: z.string(), ended: z.string() }),
]);

export type PilotReason = z.infer<typeof pilotReason>;
