import { describe, expect, it } from 'vitest';
import { facts } from '../../../cli/shown/facts.ts';

describe('what a sample says', () => {
  const queue = { queue: 'A', activated: 5, jobsRunning: 6, jobsDone: 7, idle: 1, running: 2, coresBusy: 40 };
  const fleet = {
    ...{ fleet: 'A', booting: 3, joined: 10, draining: 4, asleep: 6, maxWorkers: 20 },
    ...{ coresClaimed: 41, coresPaid: 68, listDollars: 1.5 },
  };
  const sample = {
    atSeconds: 0,
    queues: [queue, { ...queue, queue: 'B' }],
    fleets: [fleet, { ...fleet, fleet: 'default' }],
    ...{ coresBusy: 80, coresPaid: 136, listDollars: 3 },
  };
  it.each([
    [
      { of: 'queue', name: 'A' },
      { activated: 5, maxWorkers: 0, coresBusy: 40 },
    ],
    [
      { of: 'fleet', name: 'A' },
      { activated: 0, maxWorkers: 20, coresBusy: 41 },
    ],
    [undefined, { activated: 10, maxWorkers: 40, coresBusy: 80, coresPaid: 136, listDollars: 3 }],
    [{ of: 'queue', name: 'default' }, { activated: 0 }],
    [
      { of: 'fleet', name: 'B' },
      { maxWorkers: 0, coresPaid: 0 },
    ],
  ] as const)('of %j', (who, expected) => {
    expect(facts(sample, who)).toMatchObject(expected);
  });
});
