import type { SubmissionRecord } from '../../model/ledger.ts';
import type { QueuePilots } from '../../model/pool.ts';
import type { Reason } from '../../model/reason.ts';

/**
 * A view that is taken this much later has a submission: the function that sends it lives 50 s, and condor_submit returns
 * when the schedd has the jobs, which is whom the view asks. The two clocks may be 60 s apart.
 */
const SHOWN_AFTER_SECONDS = 120;

/** The view tells how many pilots began to run in each of the last ten minutes: whoever came earlier is not told apart. */
const STARTS_SECONDS = 600;

/** So long after the last submission one pilot is submitted to see whether it shows: what is wrong is mended by people. */
const RETRY_SECONDS = 240;

const askedAt = ({ at, viewedAt }: SubmissionRecord): number => at ?? viewedAt;

/** Submissions since the queue's pilots were last removed, or since the last that was made to see whether it shows. */
const lately = (records: readonly SubmissionRecord[]): readonly SubmissionRecord[] => {
  const removed = records.findLastIndex(({ removal }) => removal === true);
  const tried = records.findLastIndex(({ canary }) => canary === true);
  return records.slice(Math.max(removed + 1, tried, 0));
};

/** The most pilots of submissions of that age that a view can show: idle, held, begun or ended since. */
const mostShown = ({ shapes, recentStarts, ended }: QueuePilots, ageSeconds: number): number => {
  const waiting = shapes.reduce((n, { idle, held }) => n + idle + held, 0);
  // A warm worker takes a pilot in the second in which it is submitted, and that second belongs to the next minute.
  const begun = recentStarts.slice(0, Math.floor(ageSeconds / 60) + 1).reduce((n, starts) => n + starts, 0);
  // One that began since and has ended ran for less than that.
  return waiting + begun + (ageSeconds <= ended.shortSeconds ? ended.short : ended.count);
};

/** Pilots that were submitted and do not show; `isDue`: one more may be submitted, to see whether it does. */
interface Unshown {
  readonly why: Reason;
  readonly missing: number;
  readonly isDue: boolean;
}

/**
 * Finds pilots that were submitted and that no view shows, most of them; undefined if there are none. The schedd has them
 * under another queue, universe or owner, or has not made jobs of them yet: more of them would be submitted every minute
 * without end, because nothing that is submitted is ever counted.
 */
export const unshown = (
  pilots: QueuePilots,
  records: readonly SubmissionRecord[],
  viewedAt: number,
): Unshown | undefined => {
  const all = lately(records);
  const last = all.at(-1);
  if (last === undefined) return undefined;
  const isDue = viewedAt - askedAt(last) >= RETRY_SECONDS;
  const told = (submitted: number, missing: number): Unshown => ({
    why: { kind: 'submissions-unshown', submitted, missing, limitSeconds: SHOWN_AFTER_SECONDS },
    missing,
    isDue,
  });
  const due = all.filter((record) => {
    const age = viewedAt - Math.max(askedAt(record), record.viewedAt);
    return age >= SHOWN_AFTER_SECONDS && age <= STARTS_SECONDS;
  });
  const submitted = due.reduce((n, { count }) => n + count, 0);
  // One that was made to see whether it shows is waited for.
  if (submitted === 0) return last.canary === true && !isDue ? told(last.count, last.count) : undefined;
  const oldest = Math.min(...due.map(askedAt));
  const missing = submitted - mostShown(pilots, viewedAt - oldest);
  return 2 * missing > submitted ? told(submitted, missing) : undefined;
};
