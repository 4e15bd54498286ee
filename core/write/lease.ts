import type { Lease, LeaseWish } from '../model/lease.ts';
import type { Reason } from '../model/reason.ts';
import { jumped } from '../observe/facts.ts';

/**
 * Longer than a function may run (50 s), so that a tick which lives is not overtaken by the next; shorter than a minute,
 * so that one which has died holds up none of the next minute's.
 */
const LEASE_SECONDS = 55;

/** How long PanDA's counts of an earlier tick are a measure for those of this one. */
export const COMPARABLE_SECONDS = 600;

/** PanDA's counts that were the measure up to now, for as long as they are one. */
const measureAt = (last: Lease | undefined, at: number): Pick<Lease, 'pandaRunning' | 'countedAt'> => {
  if (last?.pandaRunning === undefined) return {};
  const { pandaRunning, countedAt = last.at } = last;
  return at - countedAt <= COMPARABLE_SECONDS ? { pandaRunning, countedAt } : {};
};

const refused = (why: Reason) => ({ kind: 'refused', why }) as const;

/**
 * The lease that a wish gets after the last one, or why it gets none. A repeat of the very same tick takes over: its
 * first run has died, or is fenced off from here on. An older moment, or an older view, than was acted on already is
 * refused: the tick comes late, or a clock runs backwards. PanDA's counts of before stay a measure while nobody has others.
 */
export const nextLease = (
  last: Lease | undefined,
  wish: LeaseWish,
): Lease | { readonly kind: 'refused'; readonly why: Reason } => {
  const until = wish.at + LEASE_SECONDS;
  if (last === undefined) return { kind: 'lease', ...wish, fence: 1, until };
  if (wish.at < last.at) return refused({ kind: 'tick-overtaken', laterSeconds: last.at - wish.at });
  if (wish.viewedAt < last.viewedAt) {
    return refused({ kind: 'view-overtaken', olderSeconds: Math.ceil(last.viewedAt - wish.viewedAt) });
  }
  const measure = measureAt(last, wish.at);
  const jump =
    measure.pandaRunning !== undefined && wish.pandaRunning !== undefined
      ? jumped(measure.pandaRunning, wish.pandaRunning)
      : undefined;
  if (jump !== undefined) return refused(jump);
  if (wish.at > last.at && wish.at < last.until) {
    return refused({ kind: 'lease-held', leftSeconds: last.until - wish.at });
  }
  const counted = wish.pandaRunning === undefined ? measure : {};
  return { kind: 'lease', ...wish, ...counted, fence: last.fence + 1, until };
};
