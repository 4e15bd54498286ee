import { DEFAULT_FLEET } from '../../core/model/pool.ts';

/** A worker as its ad says it, and a job as its own ad does. Moments are counted from now. */
export interface TakesCase {
  readonly what: string;
  readonly worker: {
    readonly fleet: string;
    readonly width?: number;
    readonly firstWidth?: number;
    readonly jobWallSeconds?: number;
    /** How long its startd runs. */
    readonly ageSeconds?: number;
    readonly gpus?: number;
    readonly livesSeconds?: number;
  };
  readonly job: {
    readonly fleet?: string;
    readonly queue?: string;
    readonly cpus?: number;
    readonly gpus?: number;
    readonly wallSeconds?: number;
  };
  readonly isTaken: boolean;
}

const DAY = 86_400;
const ON = { fleet: 'default' } as const;
const OTHER = { fleet: 'gpu' } as const;
const PILOT = { queue: 'BNL', fleet: 'default' } as const;

/**
 * Whether a worker takes a job that fits into it. Held against START on a real startd (fleets.long.test.ts), and against
 * every place in TypeScript that says the same.
 */
export const TAKES: readonly TakesCase[] = [
  { what: 'a pilot of its fleet', worker: ON, job: PILOT, isTaken: true },
  {
    what: 'a pilot of another queue of its fleet',
    worker: ON,
    job: { ...PILOT, queue: 'CERN' },
    isTaken: true,
  },
  { what: 'a plain job of its fleet', worker: ON, job: { fleet: 'default' }, isTaken: true },
  { what: 'a pilot that names no fleet', worker: ON, job: { queue: 'BNL' }, isTaken: true },
  { what: 'a pilot that names no fleet, elsewhere', worker: OTHER, job: { queue: 'BNL' }, isTaken: false },
  { what: 'a job that names neither', worker: ON, job: {}, isTaken: false },
  { what: 'a pilot of another fleet', worker: ON, job: { ...PILOT, fleet: 'gpu' }, isTaken: false },
  { what: 'a plain job of another fleet', worker: OTHER, job: { fleet: 'default' }, isTaken: false },
  { what: 'a fleet in other letters', worker: ON, job: { fleet: 'Default' }, isTaken: false },

  { what: 'its width', worker: { ...ON, width: 8 }, job: { ...PILOT, cpus: 8 }, isTaken: true },
  { what: 'less than its width', worker: { ...ON, width: 8 }, job: { ...PILOT, cpus: 1 }, isTaken: false },
  { what: 'more than its width', worker: { ...ON, width: 1 }, job: { ...PILOT, cpus: 8 }, isTaken: false },
  { what: 'any width', worker: ON, job: { ...PILOT, cpus: 8 }, isTaken: true },

  {
    what: 'fewer cores than at first',
    worker: { ...ON, firstWidth: 8, ageSeconds: 150 },
    job: PILOT,
    isTaken: false,
  },
  {
    what: 'as many cores as at first',
    worker: { ...ON, firstWidth: 8, ageSeconds: 150 },
    job: { ...PILOT, cpus: 8 },
    isTaken: true,
  },
  {
    what: 'fewer cores than at first, later',
    worker: { ...ON, firstWidth: 8, ageSeconds: 200 },
    job: PILOT,
    isTaken: true,
  },

  { what: 'GPUs on GPUs', worker: { ...ON, gpus: 2 }, job: { ...PILOT, gpus: 1 }, isTaken: true },
  { what: 'no GPU on GPUs', worker: { ...ON, gpus: 2 }, job: PILOT, isTaken: false },
  { what: 'zero GPUs on GPUs', worker: { ...ON, gpus: 2 }, job: { ...PILOT, gpus: 0 }, isTaken: false },
  { what: 'zero GPUs on none', worker: { ...ON, gpus: 0 }, job: { ...PILOT, gpus: 0 }, isTaken: true },

  {
    what: 'what ends before the notice',
    worker: { ...ON, livesSeconds: DAY + 700 },
    job: { ...PILOT, wallSeconds: DAY },
    isTaken: true,
  },
  {
    what: 'what ends after the notice',
    worker: { ...ON, livesSeconds: DAY + 500 },
    job: { ...PILOT, wallSeconds: DAY },
    isTaken: false,
  },
  {
    what: 'what is longer than its life',
    worker: { ...ON, livesSeconds: DAY },
    job: { ...PILOT, wallSeconds: 2 * DAY },
    isTaken: false,
  },
  {
    what: 'what says no length',
    worker: { ...ON, livesSeconds: 700 },
    job: PILOT,
    isTaken: true,
  },
  {
    what: 'what says no length, in its last minutes',
    worker: { ...ON, livesSeconds: 500 },
    job: PILOT,
    isTaken: false,
  },
  {
    what: 'what says a length of none',
    worker: { ...ON, livesSeconds: 700 },
    job: { ...PILOT, wallSeconds: 0 },
    isTaken: true,
  },
  {
    what: 'what says no length, where that is taken for too long',
    worker: { ...ON, livesSeconds: DAY, jobWallSeconds: DAY },
    job: { fleet: 'default' },
    isTaken: false,
  },
  {
    what: 'what says a length, where none is taken for too long',
    worker: { ...ON, livesSeconds: DAY, jobWallSeconds: DAY },
    job: { fleet: 'default', wallSeconds: 60 },
    isTaken: true,
  },
  {
    what: 'a plain job that is too long',
    worker: { ...ON, livesSeconds: DAY },
    job: { fleet: 'default', wallSeconds: DAY },
    isTaken: false,
  },
];

const ROOM = { cpus: 16, memoryMb: 64_000, diskMb: 100_000 } as const;
const SHAPE = { memoryMb: 100, diskMb: 100 } as const;

/**
 * The same in the words of the pool's view, at a moment. Undefined for a job that no view has, because it names neither a
 * queue nor a fleet.
 */
export const inWordsOfView = ({ worker, job }: TakesCase, now: number) => {
  const { gpus = 0, livesSeconds = 7 * DAY, ageSeconds = 3600, ...takes } = worker;
  if (job.fleet === undefined && job.queue === undefined) return undefined;
  return {
    worker: {
      ...takes,
      total: { ...ROOM, gpus },
      joinedAt: now - ageSeconds,
      endsAt: now + livesSeconds,
    },
    job: {
      fleet: job.fleet ?? DEFAULT_FLEET,
      ...(job.queue === undefined ? {} : { queue: job.queue }),
      shape: { ...SHAPE, cpus: job.cpus ?? 1, gpus: job.gpus ?? 0 },
      ...(job.wallSeconds === undefined ? {} : { wallSeconds: job.wallSeconds }),
    },
  };
};
