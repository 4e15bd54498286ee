import * as z from 'zod';
import { offer } from './flavours.ts';
import type { RefusedOrder, Said } from './launch.ts';
import type { Parsed } from './parsed.ts';
import { resources } from './resources.ts';

/** A sleeping worker that is to be woken, as what it is woken. */
export const plannedWake = z.object({
  instanceId: z.string(),
  /** What it will be: its own zone and market, and a flavour of the family that it was. */
  offer,
  offers: resources,
  /** Jobs of this shape are what it is woken for. */
  meantFor: z.string(),
  /** Its type is another than the one it fell asleep as. */
  isResized: z.literal(true).exactOptional(),
  /** Tags that are another's then: what it promises. Absent: none. */
  tags: z.record(z.string(), z.string()).exactOptional(),
  /** What it costs awake, dollars per hour; absent: its fleet has no prices. */
  dollarsPerHour: z.number().exactOptional(),
});

export type PlannedWake = Parsed<typeof plannedWake>;

/** What came of an order to start instances; those in neither list may have been started. */
export interface WakeReply {
  readonly taken: readonly string[];
  readonly refused: readonly RefusedOrder[];
  /** Known not to have been asked for: there was no time, or the cloud wanted fewer calls, or did not accept the caller. */
  readonly unasked: readonly string[];
  /** Why the cloud did not answer for the rest; absent if it did. */
  readonly unanswered?: string;
  /** Why the cloud did not accept the caller, and has not looked at the rest. */
  readonly unheard?: Said;
  /** Why the cloud wanted fewer calls, and has not looked at the rest. */
  readonly throttled?: Said;
}
