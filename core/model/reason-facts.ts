import * as z from 'zod';

const seconds = z.number();
const count = z.number();

/** What a tick looks at. */
const source = z.enum(['panda', 'pool', 'sites']);

export type Source = z.infer<typeof source>;

const problems = z.array(z.object({ knob: z.string(), why: z.string() })).readonly();

/** Why a tick, a queue, a fleet or an audit has no facts that it may act on. */
export const factReason = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('source-unknown'), source, words: z.string() }),
  z.object({ kind: z.literal('source-stale'), source, ageSeconds: seconds, limitSeconds: seconds }),
  z.object({ kind: z.literal('source-ahead'), source, aheadSeconds: seconds }),
  /** PanDA's running jobs of two samples shortly after one another, which cannot both be right. */
  z.object({ kind: z.literal('running-jumped'), runningBefore: count, runningNow: count }),
  /** `words`: what of PanDA's answer about the site's jobs is not as it should be. */
  z.object({ kind: z.literal('site-unreadable'), site: z.string(), words: z.string() }),
  /** `words`: why, as the endpoint says; absent: it gave no reason. */
  z.object({
    kind: z.literal('pool-incomplete'),
    part: z.enum(['pilots', 'jobs', 'workers']),
    words: z.string().exactOptional(),
  }),
  z.object({ kind: z.literal('collector-ahead') }),
  /** `absentWorkers`: those that have joined and that it does not show; absent: nobody has looked. */
  z.object({
    kind: z.literal('collector-young'),
    ageSeconds: seconds,
    absentWorkers: count.exactOptional(),
  }),
  z.object({ kind: z.literal('workers-vanished'), vanished: count, joined: count }),
  /** Of an older version: now such a worker is told of, and holds nobody. */
  z.object({ kind: z.literal('pool-contradictory'), instanceId: z.string() }),
  /** Most joined workers are unwell for one cause: it is not theirs. `words`: the cause, as they say it. */
  z.object({ kind: z.literal('workers-unwell'), workers: count, joined: count, words: z.string() }),
  /** EC2 did not list its instances. */
  z.object({ kind: z.literal('instances-unknown'), words: z.string() }),
  /** A cloud beside EC2 did not say what it has of the stage. */
  z.object({ kind: z.literal('cloud-unknown'), cloud: z.string(), words: z.string() }),
  /** `key`: of an item of the ledger that this version cannot read; `words`: why. */
  z.object({ kind: z.literal('item-unread'), key: z.string(), words: z.string() }),
  z.object({ kind: z.literal('bad-settings'), problems }),
  z.object({ kind: z.literal('last-good-settings'), problems }),
  /** A value of a schedule holds now: `entry`, as it is written. */
  z.object({ kind: z.literal('scheduled'), entry: z.string() }),
  /** A tick of a later moment has run. */
  z.object({ kind: z.literal('tick-overtaken'), laterSeconds: seconds }),
  z.object({ kind: z.literal('view-overtaken'), olderSeconds: seconds }),
  z.object({ kind: z.literal('lease-held'), leftSeconds: seconds }),
  z.object({ kind: z.literal('lease-contested') }),
]);

export type FactReason = z.infer<typeof factReason>;
