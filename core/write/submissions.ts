import type { QueueMemory, SubmissionRecord } from '../model/ledger.ts';

/** Submissions that a view of the pool may still not contain; the pool's own view is never older than minutes. */
const RECENT_SECONDS = 900;

export const NO_MEMORY = (queue: string): QueueMemory => ({ queue, pilotsEver: 0, recent: [] });

/** Returns a queue's memory after one more submission; the same if it has that one already. */
export const withSubmission = (before: QueueMemory, record: SubmissionRecord): QueueMemory => {
  if (before.recent.some(({ requestId }) => requestId === record.requestId)) return before;
  const recent = before.recent.filter(({ viewedAt }) => record.viewedAt - viewedAt < RECENT_SECONDS);
  return {
    queue: record.queue,
    pilotsEver: before.pilotsEver + record.count,
    recent: [...recent, record],
  };
};
