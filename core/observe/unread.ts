import type { UnreadItem } from '../model/ledger.ts';
import type { Reason } from '../model/reason.ts';

/** Kinds that only advise: what is forgotten of them is learned again. */
const ADVICE = ['cooling', 'pace', 'boots', 'joins'];

/** Kinds that only the other tick counts with. */
const OTHERS = { workers: ['queue'], pilots: ['worker', 'launch', 'account'] } as const;

const kindOf = ({ key }: UnreadItem): string => key.split('#', 1)[0] ?? key;

/** What a queue's decision would rest on, and whether caps over all queues make it rest on theirs too. */
interface Resting {
  readonly of: keyof typeof OTHERS;
  readonly queue: string;
  readonly isShared: boolean;
}

/**
 * Why nothing may be decided for a queue, if something of it stands in the ledger that this version cannot read: its
 * workers cannot be counted. An item that does not say its queue may be of any.
 */
export const unreadOf = (
  unread: readonly UnreadItem[],
  { of, queue, isShared }: Resting,
): Reason | undefined => {
  const passedOver: readonly string[] = [...ADVICE, ...OTHERS[of]];
  const found = unread.find(
    (item) =>
      !passedOver.includes(kindOf(item)) && (isShared || item.queue === undefined || item.queue === queue),
  );
  return found === undefined ? undefined : { kind: 'item-unread', key: found.key, words: found.why };
};
