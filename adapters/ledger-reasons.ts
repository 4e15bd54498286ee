import * as z from 'zod';
import { type Reason, reason } from '../core/model/reason.ts';
import type { WorkerState } from '../core/model/worker.ts';

/** Versions before reasons were data kept sentences; of these the code knew three again. */
const NEVER_JOINED = /^not joined ([0-9]+) s after its launch$/;

const asData = (words: string): Reason => {
  if (words === 'spot interruption warning') return { kind: 'spot-interruption' };
  if (words === 'spot rebalance recommendation') return { kind: 'spot-rebalance' };
  const limit = NEVER_JOINED.exec(words)?.[1];
  return limit === undefined
    ? { kind: 'told', words }
    : { kind: 'never-joined', limitSeconds: Number(limit) };
};

/** A reason in an item of the ledger, the sentence of an older version included. */
export const keptReason = z.union([reason, z.string().transform(asData)]);

/**
 * Returns a worker's state as it is written: its cause as data in `reason`, and by its kind where older versions read a
 * text. They throw at a worker that they cannot read, and one of them may be deployed again.
 */
export const writtenState = (state: WorkerState) =>
  'cause' in state ? { ...state, cause: state.cause.kind, reason: state.cause } : state;

/** Returns a state as it was before it was written; one of an older version has only its text. */
export const causeInPlace = (state: unknown): unknown =>
  typeof state === 'object' && state !== null && 'reason' in state
    ? { ...state, cause: state.reason }
    : state;
