import type { PoolWorker } from './pool.ts';
import type { Resources } from './resources.ts';

/** So long before its end a worker gives jobs the notice of it, and lets none begin. */
export const NOTICE_SECONDS = 600;

/** Three cycles of the negotiator at its default of a minute. */
const FIRST_SECONDS = 180;

/** Which jobs of its fleet a worker takes, beside what it has room for. */
export interface Limits {
  /** Pilots of this queue, whatever else they ask for: a worker from before there were fleets. Absent: any job. */
  readonly onlyQueue?: string;
  /** Jobs of so many cores only. Absent: of any. */
  readonly width?: number;
  /** The fewest cores that a job has to ask for. */
  readonly fewestCpus: number;
  /** What it has; it keeps them for jobs that use some. */
  readonly gpus: number;
  /** How long a job may run that begins now. */
  readonly longestSeconds: number;
}

/** What a job says of itself. */
export interface Running {
  /** Of a pilot. */
  readonly queue?: string | undefined;
  readonly shape: Resources;
  readonly wallSeconds: number;
}

/** Whether limits let a job of the fleet begin. */
export const allows = (
  { onlyQueue, width, fewestCpus, gpus, longestSeconds }: Limits,
  { queue, shape, wallSeconds }: Running,
): boolean => {
  if (wallSeconds > longestSeconds) return false;
  if (onlyQueue !== undefined) return queue === onlyQueue;
  return (
    (width === undefined || shape.cpus === width) &&
    shape.cpus >= fewestCpus &&
    (gpus === 0 || shape.gpus > 0)
  );
};

/** The fewest cores that a worker asks for which has been there for so long. */
export const fewestCpus = (firstWidth: number | undefined, ageSeconds: number): number =>
  ageSeconds <= FIRST_SECONDS ? (firstWidth ?? 0) : 0;

/** What is there or is not said. */
type Said<T> = T | undefined;

/** A worker, as far as it says which jobs it takes. */
export interface TakingWorker extends Pick<PoolWorker, 'fleet' | 'total' | 'joinedAt'> {
  readonly queue?: Said<string>;
  readonly width?: Said<number>;
  readonly firstWidth?: Said<number>;
  readonly jobWallSeconds?: Said<number>;
  readonly endsAt?: Said<number>;
}

/** A job, as far as it says who takes it. */
export interface AskingJob {
  /** Of a pilot. */
  readonly queue?: Said<string>;
  readonly fleet: string;
  readonly shape: Resources;
  readonly wallSeconds?: Said<number>;
}

const limitsOf = (worker: TakingWorker, now: number): Limits => {
  const { queue, width, firstWidth, total, endsAt, joinedAt } = worker;
  return {
    ...(queue === undefined ? {} : { onlyQueue: queue }),
    ...(width === undefined ? {} : { width }),
    fewestCpus: fewestCpus(firstWidth, now - joinedAt),
    gpus: total.gpus,
    // HTCondor's moments are whole seconds, and a job has to end before the notice.
    longestSeconds: endsAt === undefined ? Number.POSITIVE_INFINITY : endsAt - now - NOTICE_SECONDS - 1,
  };
};

/** Whether a worker's START lets a job begin, if it fits: START in worker/files/aerie.conf says the same. */
export const takes = (worker: TakingWorker, job: AskingJob, now: number): boolean => {
  const { wallSeconds = worker.jobWallSeconds ?? 0 } = job;
  const isOfFleet = worker.queue !== undefined || job.fleet === worker.fleet;
  return isOfFleet && allows(limitsOf(worker, now), { ...job, wallSeconds });
};
