import type { PoolWorker } from '../core/model/pool.ts';
import type { Resources } from '../core/model/resources.ts';

/** A worker, as far as it says which jobs it takes. */
export type TakingWorker = Pick<PoolWorker, 'fleet' | 'queue' | 'width' | 'total' | 'endsAt'>;

/** A job, as far as it says who takes it. */
export interface AskingJob {
  /** Of a pilot. */
  readonly queue?: string;
  readonly fleet: string;
  readonly shape: Resources;
  readonly wallSeconds?: number;
}

/** So long before its end a worker gives jobs the notice of it, and lets none begin. */
export const NOTICE_SECONDS = 600;

/** Whether a worker's START lets a job begin, if it fits: START in worker/files/aerie.conf says the same. */
export const takes = (worker: TakingWorker, job: AskingJob, now: number): boolean => {
  if (worker.queue !== undefined) return job.queue === worker.queue;
  return (
    job.fleet === worker.fleet &&
    (worker.width === undefined || job.shape.cpus === worker.width) &&
    (worker.total.gpus === 0 || job.shape.gpus > 0) &&
    (worker.endsAt === undefined || now + NOTICE_SECONDS + (job.wallSeconds ?? 0) < worker.endsAt)
  );
};
