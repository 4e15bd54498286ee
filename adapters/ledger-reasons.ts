import * as z from 'zod';
import { type Reason, reason } from '../core/model/reason.ts';

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
