import { exponential, stream } from '../twin/clock/random.ts';
import type { JobOrder } from '../twin/panda/job.ts';
import type { PilotQueue } from './pilots.ts';

/** A queue of the lab's main job: its pilots, its jobs and its knobs in SSM. */
export interface LabQueue extends PilotQueue {
  readonly cores: number;
  readonly jobsPerMinute: number;
  readonly runSeconds: readonly [shortest: number, longest: number];
  readonly settings: Readonly<Record<string, string>>;
}

/** The fleets of the lab's queues and their knobs: each queue has one of its own name. */
export const LAB_FLEETS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  BNL_CLOUD: { flavours: 'm6i.large', 'max-workers': '6', 'linger-seconds': '60' },
  BNL_CLOUD_MCORE: { flavours: 'm6i.large', 'max-workers': '4', 'linger-seconds': '60' },
};

/** Two queues, one of single cores and one that fills a worker, small enough for two processors of this machine. */
export const LAB_QUEUES: readonly LabQueue[] = [
  {
    name: 'BNL_CLOUD',
    resourceType: 'SCORE',
    cores: 1,
    jobsPerMinute: 6,
    runSeconds: [5, 25],
    settings: {
      state: 'active',
      cpus: '1',
      'memory-mb': '900',
      'disk-mb': '100',
      fleet: 'BNL_CLOUD',
    },
  },
  {
    name: 'BNL_CLOUD_MCORE',
    resourceType: 'MCORE',
    cores: 2,
    jobsPerMinute: 2,
    runSeconds: [10, 30],
    settings: {
      state: 'active',
      cpus: '2',
      'memory-mb': '1800',
      'disk-mb': '100',
      fleet: 'BNL_CLOUD_MCORE',
    },
  },
];

/** The jobs of some minutes: each queue's come independently of each other, and the first one at once. */
export const labJobs = (
  queues: readonly LabQueue[],
  minutes: number,
  seed: number,
  startsAt: number,
): readonly Omit<JobOrder, 'id'>[] => {
  const ofQueue = ({ name, resourceType, cores, jobsPerMinute, runSeconds }: LabQueue) => {
    const random = stream(seed, 'lab', name);
    const [shortest, longest] = runSeconds;
    const orders: Omit<JobOrder, 'id'>[] = [];
    for (let at = 1; at < minutes * 60; at += exponential(random, 60 / jobsPerMinute)) {
      const takes = Math.round(shortest + (longest - shortest) * random());
      orders.push({ siteid: name, resourceType, cores, arrivesAt: startsAt + at, runSeconds: takes });
    }
    return orders;
  };
  return queues.flatMap(ofQueue).sort((a, b) => a.arrivesAt - b.arrivesAt);
};

/** Cores of a worker of the lab. */
const CORES = 2;

/** Jobs that fill every worker that the queues may have, all at once. */
export const fillingJobs = (
  queues: readonly LabQueue[],
  arrivesAt: number,
  runSeconds: number,
): readonly Omit<JobOrder, 'id'>[] =>
  queues.flatMap(({ name, resourceType, cores, settings }) => {
    const jobs = Number(settings['max-workers']) * Math.floor(CORES / cores);
    return Array.from({ length: jobs }, () => ({ siteid: name, resourceType, cores, arrivesAt, runSeconds }));
  });
