import type { PoolView, PoolWorker } from '../../core/model/pool.ts';
import { fits, type Resources, shapeKey } from '../../core/model/resources.ts';
import { type AskingJob, takes } from '../../core/model/takes.ts';
import { type Happened, told } from './moments.ts';

/**
 * Adds to workers since when their free room has stayed as it is though a job waited that they take and that fits into it.
 * `now` in seconds since 1970, `here` the same moment by a clock that only goes forward, if the other may be set.
 */
export type UnmatchedSince = (
  workers: readonly PoolWorker[],
  waiting: Pick<PoolView, 'pilots' | 'jobs'>,
  now: number,
  here?: number,
) => readonly PoolWorker[];

/** Between views that lie further apart, a room may have been taken and be free again. */
const NEXT_VIEW_SECONDS = 180;

/** That a view saw the room as it is. */
interface Memory extends Happened {
  readonly free: Resources;
  /** Pilots that had ended there lately: another number says that one has taken the room and is gone again. */
  readonly ended: number;
}

const endedOn = ({ ended }: PoolWorker): number => ended?.count ?? 0;

/** Disk is left out: HTCondor measures now and then what is free of it. */
const isAsItWas = (worker: PoolWorker, { free, ended }: Memory): boolean =>
  worker.free.cpus === free.cpus &&
  worker.free.memoryMb === free.memoryMb &&
  worker.free.gpus === free.gpus &&
  endedOn(worker) === ended;

type Waiting = readonly AskingJob[];

/** Jobs that wait, each kind once: by their fleet for those that all of its workers take, and by queue for older workers. */
const waitingOf = (pilots: PoolView['pilots'], jobs: PoolView['jobs']) => {
  const byFleet = new Map<string, Map<string, AskingJob>>();
  const byQueue = new Map<string, Waiting>();
  const wait = (fleet: string, waiting: Waiting) => {
    const kinds = byFleet.get(fleet) ?? new Map<string, AskingJob>();
    byFleet.set(fleet, kinds);
    for (const job of waiting) kinds.set(`${shapeKey(job.shape)} ${job.wallSeconds}`, job);
  };
  for (const { queue, shapes } of pilots.queues) {
    const waiting = shapes.filter(({ idle }) => idle > 0).map((kind) => ({ ...kind, queue }));
    byQueue.set(queue, waiting);
    for (const job of waiting) wait(job.fleet, [job]);
  }
  for (const { fleet, shapes } of jobs?.fleets ?? []) {
    wait(
      fleet,
      shapes.filter(({ idle }) => idle > 0),
    );
  }
  return ({ fleet, queue }: PoolWorker): Iterable<AskingJob> =>
    (queue === undefined ? byFleet.get(fleet)?.values() : byQueue.get(queue)) ?? [];
};

const isWaitedFor = (worker: PoolWorker, waiting: Iterable<AskingJob>, now: number): boolean => {
  for (const job of waiting) if (fits(job.shape, worker.free) && takes(worker, job, now)) return true;
  return false;
};

/**
 * Looks at every view for rooms that jobs could have been matched to and were not. Only who sees one view after the other
 * can tell: neither the schedd nor the collector says what did not happen.
 */
export const unmatchedSince = (): UnmatchedSince => {
  let rooms = new Map<string, Memory>();
  let seenAt = Number.NEGATIVE_INFINITY;
  return (workers, { pilots, jobs }, now, here = now) => {
    if (!pilots.complete) return workers;
    const waitingFor = waitingOf(pilots, jobs);
    const before = here - seenAt <= NEXT_VIEW_SECONDS ? rooms : new Map<string, Memory>();
    seenAt = here;
    rooms = new Map();
    return workers.map((worker) => {
      const { instanceId, free, draining, reachable } = worker;
      const isOpen = reachable && !draining;
      if (!isOpen || !isWaitedFor(worker, waitingFor(worker), now)) return worker;
      const known = before.get(instanceId);
      const isSame = known !== undefined && isAsItWas(worker, known);
      const { at, toldAt } = isSame ? known : { at: here, toldAt: now };
      rooms.set(instanceId, { free, ended: endedOn(worker), at, toldAt });
      return { ...worker, unmatchedSince: told({ at, toldAt }, { now, here }) };
    });
  };
};
