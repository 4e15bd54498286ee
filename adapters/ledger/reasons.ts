import { type Reason, reason } from '../../core/model/reason.ts';
import type { WorkerState } from '../../core/model/worker.ts';

/** Versions before reasons were data kept sentences; of these the code knew three again, and acts on them. */
const NEVER_JOINED = /^not joined ([0-9]+) s after its launch$/;
const INTERRUPTION = 'spot interruption warning';
const REBALANCE = 'spot rebalance recommendation';

/** Returns the text of a cause for an older version: one that it acts on, or the kind. */
const asText = (cause: Reason): string => {
  switch (cause.kind) {
    case 'spot-interruption':
      return INTERRUPTION;
    case 'spot-rebalance':
      return REBALANCE;
    case 'never-joined':
      return `not joined ${cause.limitSeconds} s after its launch`;
    default:
      return cause.kind;
  }
};

const asData = (words: string): Reason => {
  if (words === INTERRUPTION) return { kind: 'spot-interruption' };
  if (words === REBALANCE) return { kind: 'spot-rebalance' };
  const limit = NEVER_JOINED.exec(words)?.[1];
  return limit === undefined
    ? { kind: 'told', words }
    : { kind: 'never-joined', limitSeconds: Number(limit) };
};

/**
 * Returns a worker's state as it is written: its cause as data in `reason`, and as a text where older versions read one.
 * They throw at a worker that they cannot read, and one of them may be deployed again.
 */
export const writtenState = (state: WorkerState) =>
  'cause' in state ? { ...state, cause: asText(state.cause), reason: state.cause } : state;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Returns what holds a cause with that cause as data: as it is written now, or the sentence of an older version. A kind that
 * only a later version knows is carried as its text: nothing of a worker's life rests on it.
 */
const withCause = (of: unknown): unknown => {
  if (!isFields(of)) return of;
  const known = 'reason' in of ? reason.safeParse(of.reason).data : undefined;
  if (known !== undefined) return { ...of, cause: known };
  return typeof of.cause === 'string' ? { ...of, cause: asData(of.cause) } : of;
};

const allOf = (of: unknown, each: (one: unknown) => unknown): unknown =>
  Array.isArray(of) ? of.map(each) : of;

/** Returns an item of the ledger with its reasons as data, whichever version has written it. */
export const withReasons = (item: unknown): unknown => {
  if (!isFields(item)) return item;
  const { state, why, retirements } = item;
  if (isFields(state) && ('reason' in state || 'cause' in state)) return { ...item, state: withCause(state) };
  if (!Array.isArray(why)) return item;
  return {
    ...item,
    why: allOf(why, (one) => (typeof one === 'string' ? asData(one) : one)),
    ...(retirements === undefined ? {} : { retirements: allOf(retirements, withCause) }),
  };
};
