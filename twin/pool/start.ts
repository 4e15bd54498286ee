import type { PoolJob, Slot } from './model.ts';

/** What START reads of the machine. */
export type Machine = Pick<Slot, 'fleet' | 'queue' | 'endsAt' | 'width' | 'total'>;

/** What START reads of the job. */
export type Asking = Pick<PoolJob, 'kind' | 'fleet' | 'wallSeconds' | 'shape'> & {
  readonly queue?: string | undefined;
};

/**
 * START of a worker, room aside: it takes jobs of its fleet that end before it does. A worker with GPUs takes those that
 * ask for one; one of a width takes jobs of that width only. A worker from before there were fleets takes the pilots of
 * its queue, whatever their fleet.
 */
export const takes = (machine: Machine, job: Asking, now: number): boolean => {
  const { fleet, queue, endsAt = Number.POSITIVE_INFINITY, width = job.shape.cpus, total } = machine;
  if (queue !== undefined) return job.queue === queue;
  return (
    job.fleet === fleet &&
    endsAt - now >= (job.wallSeconds ?? 0) &&
    (total.gpus === 0 || job.shape.gpus > 0) &&
    job.shape.cpus === width
  );
};
