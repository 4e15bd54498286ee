import type { Resources, Shape } from '../model/resources.ts';

/** What a worker takes, beside what there is room for: as START says it in worker/files/aerie.conf. */
export interface Taker {
  /** What it has in all. */
  readonly gpus: number;
  /** Seconds left of its life. */
  readonly leftSeconds: number;
  /** Pilots of this queue only; absent: all jobs of its fleet. */
  readonly onlyQueue?: string;
  /** Jobs of so many cores only; absent: of any. */
  readonly width?: number;
}

/** What a job says of itself, of the fleet that it names. */
export interface Job {
  readonly shape: Shape;
  readonly wallSeconds: number;
  /** Absent: it is no pilot. */
  readonly queue?: string;
}

/**
 * Whether a worker takes a job of its fleet: it lives longer than the job may run, takes pilots of its queue and jobs of its
 * width where it has any, and keeps its GPUs for jobs that use them.
 */
export const takes = (worker: Taker, { shape, wallSeconds, queue }: Job): boolean =>
  worker.leftSeconds >= wallSeconds &&
  (worker.onlyQueue === undefined || worker.onlyQueue === queue) &&
  (worker.width === undefined || worker.width === shape.cpus) &&
  (worker.gpus === 0 || shape.gpus > 0);

/** What a worker with so many resources takes that is launched now. */
export const takerOf = ({ gpus }: Resources, leftSeconds: number, width?: number): Taker => ({
  gpus,
  leftSeconds,
  ...(width === undefined ? {} : { width }),
});
