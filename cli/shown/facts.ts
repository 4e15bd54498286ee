import type { FleetSample, QueueSample, Sample } from '../../twin/report/sample.ts';

/** A queue, or a fleet. */
interface Who {
  readonly of: 'queue' | 'fleet';
  readonly name: string;
}

/** What a sample says of one queue, of one fleet, or of all. */
export type Facts = Omit<QueueSample, 'queue'> & Omit<Required<FleetSample>, 'fleet' | 'coresClaimed'>;

const OF_QUEUES = ['activated', 'jobsRunning', 'jobsDone', 'idle', 'running'] as const;
const OF_FLEETS = ['booting', 'joined', 'draining', 'asleep', 'maxWorkers'] as const;

const NOTHING: Facts = {
  ...{ activated: 0, jobsRunning: 0, jobsDone: 0, idle: 0, running: 0 },
  ...{ booting: 0, joined: 0, draining: 0, asleep: 0, maxWorkers: 0 },
  ...{ coresBusy: 0, coresPaid: 0, listDollars: 0 },
};

const sums = <K extends string>(
  rows: readonly Readonly<Record<K, number>>[],
  keys: readonly K[],
): Readonly<Record<string, number>> =>
  Object.fromEntries(keys.map((key) => [key, rows.reduce((sum, row) => sum + row[key], 0)]));

/**
 * What a sample says of one queue, of one fleet, or of all of them together (nobody named). The busy cores of a fleet are
 * those that are claimed: a pilot holds its cores before it has a payload, and after.
 */
export const facts = (sample: Sample, who: Who | undefined): Facts => {
  if (who?.of === 'queue') {
    return { ...NOTHING, ...sample.queues.find(({ queue }) => queue === who.name) };
  }
  if (who?.of === 'fleet') {
    const found = sample.fleets.find(({ fleet }) => fleet === who.name);
    return found === undefined ? NOTHING : { ...NOTHING, ...found, coresBusy: found.coresClaimed };
  }
  const { coresBusy, coresPaid, listDollars = 0 } = sample;
  return {
    ...NOTHING,
    ...sums(sample.queues, OF_QUEUES),
    ...sums(sample.fleets, OF_FLEETS),
    ...{ coresBusy, coresPaid, listDollars },
  };
};
