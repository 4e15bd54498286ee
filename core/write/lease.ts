import type { Lease, LeaseWish } from '../model/lease.ts';
import { jumped } from '../observe/facts.ts';

/**
 * Longer than a function may run (50 s), so that a tick which lives is not overtaken by the next; shorter than a minute,
 * so that one which has died holds up none of the next minute's.
 */
const LEASE_SECONDS = 55;

/** How long PanDA's counts of an earlier tick are a measure for those of this one. */
export const COMPARABLE_SECONDS = 600;

const refused = (why: string) => ({ kind: 'refused', why }) as const;

/**
 * The lease that a wish gets after the last one, or why it gets none. A repeat of the very same tick takes over: its
 * first run has died, or is fenced off from here on. An older moment, or an older view, than was acted on already is
 * refused: the tick comes late, or a clock runs backwards.
 */
export const nextLease = (
  last: Lease | undefined,
  wish: LeaseWish,
): Lease | { readonly kind: 'refused'; readonly why: string } => {
  const until = wish.at + LEASE_SECONDS;
  if (last === undefined) return { kind: 'lease', ...wish, fence: 1, until };
  if (wish.at < last.at) {
    return refused(
      `a tick of a moment ${last.at - wish.at} s later has run already: this one is late, or a clock runs backwards`,
    );
  }
  if (wish.viewedAt < last.viewedAt) {
    const older = Math.ceil(last.viewedAt - wish.viewedAt);
    return refused(`the pool's view is ${older} s older than the one that was last acted on`);
  }
  const jump =
    wish.at - last.at <= COMPARABLE_SECONDS &&
    last.pandaRunning !== undefined &&
    wish.pandaRunning !== undefined &&
    jumped(last.pandaRunning, wish.pandaRunning);
  if (typeof jump === 'string') return refused(jump);
  if (wish.at > last.at && wish.at < last.until) {
    return refused(`another tick holds the lease for ${last.until - wish.at} s more`);
  }
  return { kind: 'lease', ...wish, fence: last.fence + 1, until };
};
