import { describe, expect, it } from 'vitest';
import type { FleetJobs, QueuePilots } from '../../../core/model/pool.ts';
import { pilotsByFleet } from '../../../core/observe/fleet-pilots.ts';
import { NARROW, pilots, WIDE } from '../worlds.ts';

const plain = (fleet: string, running: number, elsewhere = 0): FleetJobs => ({
  fleet,
  shapes: [{ ...{ shape: WIDE, fleet, idle: 0, running, held: 0, elsewhere, waitingSince: [] } }],
});

/** What is seen of fleet A, of queues and plain jobs; a queue without pilots names fleet A in its settings. */
const seen = (queues: readonly QueuePilots[], fleets?: readonly FleetJobs[]) =>
  pilotsByFleet(
    {
      pilots: { complete: true, queues: [...queues] },
      ...(fleets === undefined ? {} : { jobs: { complete: true, fleets: [...fleets] } }),
    },
    () => 'A',
  );

const starts = (first: number) => ({ recentStarts: [first, 0, 0, 0, 0, 0, 0, 0, 0, 0] });
const ended = (count: number, short: number, shortSeconds = 300) => ({
  ended: { count, short, shortSeconds },
});

describe('what runs on a fleet', () => {
  it.each<readonly [string, readonly QueuePilots[], readonly FleetJobs[] | undefined, number, object]>([
    ['is nothing where nobody is', [], undefined, 0, {}],
    [
      'are the pilots that name it, by their width',
      [pilots({ running: 3, fleet: 'A' })],
      undefined,
      3,
      { 1: 3 },
    ],
    ['are not those that name another', [pilots({ running: 3, fleet: 'B' })], undefined, 0, {}],
    [
      'are those of all queues, in cores',
      [
        pilots([
          { running: 3, fleet: 'A' },
          { running: 2, fleet: 'A', shape: WIDE },
        ]),
        pilots({ running: 4, fleet: 'A' }, { queue: 'CERN' }),
      ],
      undefined,
      9,
      { 1: 7, 8: 16 },
    ],
    [
      'and plain jobs',
      [pilots({ running: 1, fleet: 'A' })],
      [plain('A', 2), plain('B', 9)],
      3,
      { 1: 1, 8: 16 },
    ],
    [
      'and nothing that runs on machines of the pool',
      [pilots({ running: 3, elsewhere: 2, fleet: 'A' })],
      [plain('A', 5, 5)],
      1,
      { 1: 1 },
    ],
  ])('%s', (_, queues, fleets, running, cores) => {
    const of = seen(queues, fleets)('A');
    expect(of.running).toBe(running);
    expect(Object.fromEntries(of.coresByWidth)).toEqual(cores);
  });

  it('begins and ends as the pilots of all its queues do, by the longest of what counts as short', () => {
    const of = seen([
      pilots({ fleet: 'A' }, { ...starts(3), ...ended(10, 2) }),
      pilots({ fleet: 'A' }, { queue: 'CERN', ...starts(4), ...ended(5, 5, 600) }),
      pilots({ fleet: 'B' }, { queue: 'FZK', ...starts(100), ...ended(100, 100, 900) }),
    ])('A');
    expect(of.recentStarts[0]).toBe(7);
    expect(of.ended).toEqual({ count: 15, short: 7, shortSeconds: 600 });
  });

  it('is counted once for a queue however many of its shapes name the fleet', () => {
    const both = [{ fleet: 'A' }, { fleet: 'A', shape: WIDE }, { fleet: 'B', shape: NARROW }];
    const of = seen([pilots(both, { ...starts(3), ...ended(10, 2) })]);
    expect(of('A').ended.count).toBe(10);
    expect(of('B').ended.count).toBe(10);
  });

  it('has the ends of a queue of which no pilot is left, by the fleet that it names', () => {
    const of = seen([pilots([], { ...starts(3), ...ended(10, 10) })]);
    expect(of('A')).toMatchObject({ running: 0, ended: { count: 10, short: 10 } });
    expect(of('B').ended.count).toBe(0);
  });
});
