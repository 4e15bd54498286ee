import { DEFAULT_FLEET } from '../core/model/pool.ts';
import type { OwnedParameters } from '../core/settings/settings-record.ts';
import { exponential, stream } from '../twin/clock/random.ts';
import type { JobOrder } from '../twin/panda/job.ts';
import type { PilotQueue } from './pilots.ts';

/** A queue of the lab's main job: its pilots, its jobs and its knobs. */
export interface LabQueue extends PilotQueue {
  readonly cores: number;
  readonly jobsPerMinute: number;
  readonly runSeconds: readonly [shortest: number, longest: number];
  readonly settings: Readonly<Record<string, string>>;
  /** Workers that its jobs are enough for, where all of the lab's are to be filled. */
  readonly fills: number;
}

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
    },
    fills: 6,
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
    },
    fills: 4,
  },
];

/** Workers that the lab may have at once: both queues run on one fleet. */
export const LAB_WORKERS = LAB_QUEUES.reduce((n, { fills }) => n + fills, 0);

/** Where the lab's fleet has its machines from. */
interface FleetPlace {
  readonly flavours: string;
  /** Absent: EC2. */
  readonly cloud?: string;
}

/** The knobs of the queues and of their fleet, as they would stand in SSM. */
export const labSettings = (place: FleetPlace): readonly OwnedParameters[] => [
  ...LAB_QUEUES.map(({ name, settings }) => ({ owner: { of: 'queue', name } as const, raw: settings })),
  {
    owner: { of: 'fleet', name: DEFAULT_FLEET },
    raw: { ...place, 'max-workers': String(LAB_WORKERS), 'linger-seconds': '60' },
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
  queues.flatMap(({ name, resourceType, cores, fills }) => {
    const jobs = fills * Math.floor(CORES / cores);
    return Array.from({ length: jobs }, () => ({ siteid: name, resourceType, cores, arrivesAt, runSeconds }));
  });
