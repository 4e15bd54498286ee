import type { Retirement } from '../../../model/decision.ts';
import type { WorkerRecord } from '../../../model/worker.ts';

/** How long a worker that EC2 will not end is left alone, before its end is asked for again. */
const END_AGAIN_SECONDS = 600;

/** One whose end nobody asks for any more, because it has joined after all, is like any other. */
const FORGOTTEN_SECONDS = 2 * END_AGAIN_SECONDS;

/** Whether EC2 will not end a worker that should be gone: it was asked lately, and refused. */
export const isUnended = ({ endRefused }: WorkerRecord, now: number): boolean =>
  endRefused !== undefined && now - endRefused.at < FORGOTTEN_SECONDS;

/** Whether an end was refused so lately that it is not asked for again yet. */
export const isLeftAlone = ({ endRefused }: Pick<WorkerRecord, 'endRefused'>, now: number): boolean =>
  endRefused !== undefined && now - endRefused.at < END_AGAIN_SECONDS;

/** A step of a worker, unless it is an end that EC2 refused lately. */
export const unlessRefused = (
  retirement: Retirement | undefined,
  worker: WorkerRecord,
  now: number,
): readonly Retirement[] => {
  if (retirement === undefined) return [];
  if (retirement.step !== 'terminate' || !isUnended(worker, now)) return [retirement];
  return isLeftAlone(worker, now) ? [] : [{ ...retirement, again: true }];
};
