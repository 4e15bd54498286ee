import type { PoolWorker } from '../../core/model/pool.ts';
import type { Resources } from '../../core/model/resources.ts';

/** What can be odd about a worker that joins. */
export const ODDITIES = [
  /** Its scratch has 4 GB. */
  'small',
  /** Its ad claims a thousand times what it has. */
  'boastful',
  /** Its ad names another fleet; of a worker from before there were fleets, another queue. */
  'elsewhere',
  /** Its ad says that it is busy and idle. */
  'contradictory',
  /** Its second pilot is never matched. */
  'unmatched',
  /** Pilots end in their set-up there. */
  'black-hole',
  /** Its ad says what cannot be read. */
  'unreadable',
  /** It is not heard of again after it has joined. */
  'silent',
  /** It says that it is unwell, for the cause of all of its like. */
  'unwell',
] as const;

export type Oddity = (typeof ODDITIES)[number];

const SMALL_DISK_MB = 4000;

/** What a worker has. */
export const roomOf = (total: Resources, odd: Oddity | undefined): Resources =>
  odd === 'small' ? { ...total, diskMb: SMALL_DISK_MB } : total;

const timesThousand = ({ cpus, memoryMb, diskMb, gpus }: Resources): Resources => ({
  cpus: cpus * 1000,
  memoryMb: memoryMb * 1000,
  diskMb: diskMb * 1000,
  gpus: gpus * 1000,
});

/** What its ad says. */
export const shown = (worker: PoolWorker, odd: Oddity | undefined): PoolWorker => {
  switch (odd) {
    case 'boastful':
      return { ...worker, total: timesThousand(worker.total), free: timesThousand(worker.free) };
    case 'elsewhere':
      return worker.queue === undefined
        ? { ...worker, fleet: 'ELSEWHERE' }
        : { ...worker, queue: 'ELSEWHERE' };
    case 'contradictory':
      return { ...worker, busy: worker.busy + 1, idleSince: worker.joinedAt };
    case 'unwell':
      return { ...worker, draining: true, unwell: 'cm.example.org:9618 is not reached' };
    case 'silent':
      return { ...worker, lastHeardAt: worker.joinedAt };
    case 'small':
    case 'unreadable':
    case 'unmatched':
    case 'black-hole':
    case undefined:
      return worker;
    default:
      return odd satisfies never;
  }
};
