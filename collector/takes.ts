import type { PoolWorker } from '../core/model/pool.ts';
import type { Resources } from '../core/model/resources.ts';

/** A worker, as far as it says which jobs it takes. */
type TakingWorker = Pick<
  PoolWorker,
  'fleet' | 'queue' | 'width' | 'firstWidth' | 'jobWallSeconds' | 'total' | 'endsAt' | 'joinedAt'
>;

/** A job, as far as it says who takes it. */
export interface AskingJob {
  /** Of a pilot. */
  readonly queue?: string;
  readonly fleet: string;
  readonly shape: Resources;
  readonly wallSeconds?: number;
}

/** So long before its end a worker gives jobs the notice of it, and lets none begin. */
const NOTICE_SECONDS = 600;

/** Three cycles of the negotiator at its default of a minute. */
const FIRST_SECONDS = 180;

const isFirst = ({ joinedAt }: TakingWorker, now: number): boolean => now - joinedAt <= FIRST_SECONDS;

/** The fewest cores that a job has to ask for. */
const fewestOf = (worker: TakingWorker, now: number): number =>
  isFirst(worker, now) ? (worker.firstWidth ?? 0) : 0;

/** Whether a worker's START lets a job begin, if it fits: START in worker/files/aerie.conf says the same. */
export const takes = (worker: TakingWorker, job: AskingJob, now: number): boolean => {
  const { wallSeconds = worker.jobWallSeconds ?? 0 } = job;
  if (worker.queue !== undefined) return job.queue === worker.queue;
  return (
    job.fleet === worker.fleet &&
    (worker.width === undefined || job.shape.cpus === worker.width) &&
    job.shape.cpus >= fewestOf(worker, now) &&
    (worker.total.gpus === 0 || job.shape.gpus > 0) &&
    (worker.endsAt === undefined || now + NOTICE_SECONDS + wallSeconds < worker.endsAt)
  );
};
