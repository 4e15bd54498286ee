import * as z from 'zod';

const seconds = z.number();

/** Why a worker takes a step out of service or back, why it is being ended, or why it has failed. */
export const leavingReason = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('too-old'), maxLifeSeconds: seconds }),
  /** Nearly all pilots end at once there, and live elsewhere. */
  z.object({
    kind: z.literal('black-hole'),
    short: z.number(),
    ended: z.number(),
    shortSeconds: seconds,
  }),
  z.object({ kind: z.literal('idle-beyond-linger'), lingerSeconds: seconds }),
  /** Asleep for longer than its disk may cost for the boot that it saves. */
  z.object({ kind: z.literal('asleep-too-long'), seconds }),
  /** More of them may sleep than `max-asleep` allows. */
  z.object({ kind: z.literal('above-max-asleep'), maxAsleep: z.number() }),
  z.object({ kind: z.literal('asleep-over-budget') }),
  /** It was started so often, and did not join. */
  z.object({ kind: z.literal('would-not-wake'), times: z.number() }),
  z.object({ kind: z.literal('idle-over-budget') }),
  z.object({ kind: z.literal('above-max-workers'), maxWorkers: z.number() }),
  z.object({ kind: z.literal('fleet-drained') }),
  /** Jobs of so many cores have waited for so long, and have less than their fair part. */
  z.object({ kind: z.literal('room-wanted'), cpus: z.number(), seconds }),
  /** It was kept whatever waits, and fewer are now. */
  z.object({ kind: z.literal('kept-no-more') }),
  /** Of an older version, in which queues lent each other machines. */
  z.object({ kind: z.literal('share-wanted') }),
  /** The image that it was launched from is no longer the one that is launched; absent: its template's own. */
  z.object({
    kind: z.literal('image-replaced'),
    imageId: z.string().exactOptional(),
    newImageId: z.string().exactOptional(),
  }),
  z.object({ kind: z.literal('template-replaced'), version: z.string(), newVersion: z.string() }),
  /** Its fleet's workers are launched from another launch template now, by id. */
  z.object({ kind: z.literal('other-template'), template: z.string(), newTemplate: z.string() }),
  z.object({ kind: z.literal('spot-interruption') }),
  z.object({ kind: z.literal('spot-rebalance') }),
  /** There are pilots for it again. */
  z.object({ kind: z.literal('needed-again') }),
  z.object({ kind: z.literal('still-drains') }),
  z.object({ kind: z.literal('drain-not-taken') }),
  z.object({ kind: z.literal('drained') }),
  z.object({ kind: z.literal('drained-unseen') }),
  z.object({ kind: z.literal('drain-overdue'), limitSeconds: seconds }),
  z.object({ kind: z.literal('out-of-collector'), limitSeconds: seconds }),
  z.object({ kind: z.literal('never-joined'), limitSeconds: seconds }),
  z.object({ kind: z.literal('ended-before-joining') }),
  /** The audit's: the ledger did not know it. */
  z.object({ kind: z.literal('unknown-unjoined') }),
  z.object({ kind: z.literal('stopped') }),
  z.object({ kind: z.literal('join-overdue') }),
  /** As an older version of aerie told it, which kept reasons as sentences. */
  z.object({ kind: z.literal('told'), words: z.string() }),
]);

export type LeavingReason = z.infer<typeof leavingReason>;
