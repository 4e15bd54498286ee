import * as z from 'zod';
import { resources } from './resources.ts';

const count = z.number();

/** `workers`: how many of them; `instanceId`: the first. One reason for all: a decision is one item of the ledger. */
const some = { workers: count, instanceId: z.string() };

/** What is odd about the workers that the pool shows of a fleet. */
export const workerReason = z.discriminatedUnion('kind', [
  /** Their ads contradict themselves: they are taken for full and busy. */
  z.object({ kind: z.literal('workers-contradictory'), ...some }),
  /** Their ads cannot be read: they are taken for full and busy. `words`: why, of the first. */
  z.object({ kind: z.literal('workers-unreadable'), ...some, words: z.string() }),
  /** Their ads claim more than was bought. */
  z.object({ kind: z.literal('workers-boastful'), ...some }),
  /** Their ads say another fleet or queue than the one that they were launched for. */
  z.object({ kind: z.literal('workers-elsewhere'), ...some }),
  /** The ledger does not know them, and EC2 does not show them with this stage's tags: they count for nothing. */
  z.object({ kind: z.literal('workers-unknown'), ...some }),
  /** Most of a fleet's workers in the pool cannot be believed: nothing is launched beside them. */
  z.object({ kind: z.literal('workers-doubted'), ...some, inPool: count }),
  /** They offer less than their like. `has`, `expected`: what the first offers, and what it should. */
  z.object({
    kind: z.literal('workers-small'),
    ...some,
    flavour: z.string(),
    has: resources,
    expected: resources,
  }),
  /** Their room stayed free while pilots waited that fit into it. `seconds`: how long, of the first. */
  z.object({ kind: z.literal('workers-unmatched'), ...some, seconds: count }),
  /** Nearly all pilots end at once there, and live elsewhere. `short`, `ended`: pilots of the first, in an hour. */
  z.object({
    kind: z.literal('workers-black-hole'),
    ...some,
    short: count,
    ended: count,
    shortSeconds: z.number(),
  }),
]);

export type WorkerReason = z.infer<typeof workerReason>;
