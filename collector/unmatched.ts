import type { PoolView, PoolWorker, QueuePilots } from '../core/model/pool.ts';
import { fits, type Resources } from '../core/model/resources.ts';
import { type Happened, told } from './moments.ts';

/**
 * Adds to workers since when their free room has stayed as it is though a pilot waited that fits into it. `now` in seconds
 * since 1970, `here` the same moment by a clock that only goes forward, if the other may be set.
 */
export type UnmatchedSince = (
  workers: readonly PoolWorker[],
  pilots: PoolView['pilots'],
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

const waitingIn = ({ shapes }: QueuePilots): readonly Resources[] =>
  shapes.filter(({ idle }) => idle > 0).map(({ shape }) => shape);

/**
 * Looks at every view for rooms that pilots could have been matched to and were not. Only who sees one view after the other
 * can tell: neither the schedd nor the collector says what did not happen.
 */
export const unmatchedSince = (): UnmatchedSince => {
  let rooms = new Map<string, Memory>();
  let seenAt = Number.NEGATIVE_INFINITY;
  return (workers, pilots, now, here = now) => {
    if (!pilots.complete) return workers;
    const waiting = new Map(pilots.queues.map((of) => [of.queue, waitingIn(of)]));
    const before = here - seenAt <= NEXT_VIEW_SECONDS ? rooms : new Map<string, Memory>();
    seenAt = here;
    rooms = new Map();
    return workers.map((worker) => {
      const { instanceId, queue, free, draining, reachable } = worker;
      const isOpen = reachable && !draining;
      if (!isOpen || waiting.get(queue)?.some((shape) => fits(shape, free)) !== true) return worker;
      const known = before.get(instanceId);
      const isSame = known !== undefined && isAsItWas(worker, known);
      const { at, toldAt } = isSame ? known : { at: here, toldAt: now };
      rooms.set(instanceId, { free, ended: endedOn(worker), at, toldAt });
      return { ...worker, unmatchedSince: told({ at, toldAt }, { now, here }) };
    });
  };
};
