import { describe, expect, it } from 'vitest';
import type { Joins } from '../../../core/model/learned.ts';
import type { FleetJobs } from '../../../core/model/pool.ts';
import { known } from '../../../core/model/snapshot.ts';
import { followDemand } from '../../../core/replay/demand.ts';
import type { TickInputs } from '../../../core/replay/inputs.ts';
import { followMachines } from '../../../core/replay/machines.ts';
import { NARROW, NOW, pilots, poolView, STAGE } from '../worlds.ts';

type Row = FleetJobs['shapes'][number];

const row = (idle: Row['waitingSince'], running: number): Row => ({
  ...{ shape: NARROW, fleet: 'default', wallSeconds: 600, running, held: 0 },
  idle: idle.reduce((sum, { count }) => sum + count, 0),
  waitingSince: idle,
});

const looked = (at: number, rows: readonly Row[], joins: readonly Joins[] = []): TickInputs => ({
  of: 'workers',
  at,
  observed: {
    now: at,
    panda: known({}, at),
    sites: known({}, at),
    pool: known(
      { ...poolView([]), jobs: { complete: true, fleets: [{ fleet: 'default', shapes: [...rows] }] } },
      at,
    ),
  },
  basis: { completeAt: at, records: [] },
  rested: {
    of: 'workers',
    ledger: { launches: [], workers: [], submissions: {}, cooling: [], pilotsEver: {}, joins },
    stage: STAGE,
  },
});

describe('plain jobs', () => {
  it('that wait no more have begun in the place of others that ended, though as many run as before', () => {
    const followed = followDemand();
    const looks = [
      looked(NOW, [row([{ at: NOW, count: 2 }], 1)]),
      looked(NOW + 60, [row([{ at: NOW, count: 1 }], 1)]),
      looked(NOW + 120, [row([{ at: NOW + 90, count: 1 }], 1)]),
      looked(NOW + 180, [row([], 1)]),
      looked(NOW + 240, []),
    ];
    for (const look of looks) followed.look(look);
    const [kind, ...others] = followed.demand().plain;
    expect(others).toEqual([]);
    expect(kind).toMatchObject({ fleet: 'default', shape: NARROW, wallSeconds: 600 });
    expect(kind?.jobs.map(({ arrivedAt, heldSeconds }) => [arrivedAt - NOW, heldSeconds])).toEqual([
      [0, 30],
      [0, 60],
      [0, 60],
      [90, 60],
    ]);
  });
});

describe('a time in which something was not seen', () => {
  const incomplete = (look: TickInputs, part: 'pilots' | 'jobs', rows: readonly Row[] = []): TickInputs => {
    const { pool } = look.observed;
    if (pool.kind === 'unknown') return look;
    const { jobs } = pool.value;
    const value =
      part === 'pilots'
        ? { ...pool.value, pilots: { ...pool.value.pilots, complete: false } }
        : {
            ...pool.value,
            jobs: { ...jobs, complete: false, fleets: [{ fleet: 'default', shapes: [...rows] }] },
          };
    return { ...look, observed: { ...look.observed, pool: { ...pool, value } } };
  };
  const jobsOf = (looks: readonly TickInputs[]) => {
    const followed = followDemand();
    for (const look of looks) followed.look(look);
    return followed
      .demand()
      .plain.flatMap(({ jobs }) => jobs.map(({ arrivedAt, heldSeconds }) => [arrivedAt - NOW, heldSeconds]));
  };

  it('makes no job of a schedd that did not answer end, and come anew when it does', () => {
    expect(
      jobsOf([
        looked(NOW, [row([], 2)]),
        incomplete(looked(NOW + 60, []), 'jobs', [row([], 1)]),
        looked(NOW + 120, [row([], 2)]),
        looked(NOW + 180, []),
      ]),
    ).toEqual([
      [0, 135],
      [0, 165],
    ]);
  });

  it('of more than an hour counts no pilot twice that ended in its last', () => {
    const ten = pilots({ running: 10 }, { ended: { count: 60, short: 0, shortSeconds: 300 } });
    const seen = (at: number): TickInputs => ({
      ...looked(at, []),
      observed: { ...looked(at, []).observed, pool: known(poolView([ten]), at) },
      basis: {
        completeAt: at,
        records: [{ of: 'queue', name: ten.queue, readAt: at, good: { state: 'active' } }],
      },
    });
    const followed = followDemand();
    for (const at of [NOW, NOW + 3 * 3600, NOW + 3 * 3600 + 60]) followed.look(seen(at));
    const [[, jobs = []] = []] = [...followed.demand().queues];
    // Ten that ran, and one in the place of each of 60; of the last minute's that ended one is new.
    expect(jobs).toHaveLength(71);
  });

  it('of pilots does not hide plain jobs', () => {
    const looks = [looked(NOW, [row([], 1)]), looked(NOW + 60, []), looked(NOW + 120, [row([], 1)])];
    expect(jobsOf(looks.map((look) => incomplete(look, 'pilots')))).toEqual(jobsOf(looks));
    expect(jobsOf(looks)).toHaveLength(2);
  });
});

describe('machines', () => {
  const template = { id: 'lt-0', version: '1' };
  const joins = (took: Joins['took'], woken?: true): Joins => ({
    ...{ template, flavour: 'm6i.large', took, launchedAt: NOW },
    ...(woken === undefined ? {} : { woken }),
  });

  it('boot and wake as the last ones did, where enough have', () => {
    const followed = followMachines();
    followed.look(looked(NOW, [], [joins([1, 1, 1, 1, 1])]));
    followed.look(looked(NOW + 60, [], [joins([100, 200, null, 100, 200, 150]), joins([30, 40], true)]));
    const { boot, wake, interruptionsPerHour } = followed.seen();
    expect(boot?.meanSeconds).toBe(150);
    expect(boot?.sdSeconds).toBeCloseTo(44.7, 1);
    expect(boot?.neverShare).toBeCloseTo(1 / 6);
    expect([wake, interruptionsPerHour]).toEqual([undefined, 0]);
  });
});
