import type { UnreadItem } from '../model/ledger.ts';
import type { Reason } from '../model/reason.ts';

/** Kinds that only advise: what is forgotten of them is learned again. */
const ADVICE = ['cooling', 'pace', 'boots', 'joins'];

/** Kinds that only the other tick counts with. */
const OTHERS = { workers: ['queue'], pilots: ['worker', 'launch', 'account'] } as const;

const kindOf = ({ key }: UnreadItem): string => key.split('#', 1)[0] ?? key;

/** What a decision would rest on. */
interface Resting {
  readonly of: keyof typeof OTHERS;
  /** The queue or the fleet. */
  readonly whose: string;
  /** Whether its decision rests on all others' items too. */
  readonly isShared: boolean;
}

/**
 * Why nothing may be decided for a queue or a fleet, if something of it stands in the ledger that this version cannot read: its
 * workers cannot be counted. An item that does not say whose it is may be of any.
 */
export const unreadOf = (
  unread: readonly UnreadItem[],
  { of, whose, isShared }: Resting,
): Reason | undefined => {
  const passedOver: readonly string[] = [...ADVICE, ...OTHERS[of]];
  const found = unread.find(
    (item) =>
      !passedOver.includes(kindOf(item)) && (isShared || item.whose === undefined || item.whose === whose),
  );
  return found === undefined ? undefined : { kind: 'item-unread', key: found.key, words: found.why };
};
