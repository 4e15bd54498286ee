import type { QueuePilots } from '../model/pool.ts';
import type { Reason } from '../model/reason.ts';

/** So many pilots that ended at once are no accident any more. */
const MANY = 10;

/** Nearly all of those that ended within the last hour. */
const NEARLY_ALL = 0.9;

/** Whether so many pilots ended at once, of a queue or on one machine, that it is no accident. */
export const endAtOnce = ({ short, count }: Pick<QueuePilots['ended'], 'short' | 'count'>): boolean =>
  short >= MANY && short >= count * NEARLY_ALL;

const sum = (counts: readonly number[]): number => counts.reduce((n, count) => n + count, 0);

/** Whether some pilot has been running for longer than one that ends at once would. */
const hasSurvivor = (pilots: QueuePilots): boolean => {
  const running = pilots.shapes.reduce((n, of) => n + of.running, 0);
  const minutes = Math.ceil(pilots.ended.shortSeconds / 60);
  return running > sum(pilots.recentStarts.slice(0, minutes));
};

/**
 * Why a queue's pilots are held back to one at a time, a canary, if they are: pilots end at once, again and again, and
 * PanDA knows of no job on any of them. They find no job, or land on a machine that is a black hole; more of them would
 * only do the same. Pilots that end quickly because their jobs are short have their jobs in PanDA's count. It ends with
 * the first pilot that lives, or that PanDA shows on a job.
 */
export const emptyHanded = (pilots: QueuePilots, jobsOnPilots: number): Reason | undefined => {
  const { count, short, shortSeconds } = pilots.ended;
  if (!endAtOnce(pilots.ended)) return undefined;
  if (jobsOnPilots > 0 || hasSurvivor(pilots)) return undefined;
  return { kind: 'pilots-empty-handed', short, ended: count, shortSeconds };
};
