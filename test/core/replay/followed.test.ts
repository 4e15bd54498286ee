import { describe, expect, it } from 'vitest';
import type { Joins } from '../../../core/model/learned.ts';
import type { FleetJobs } from '../../../core/model/pool.ts';
import { known } from '../../../core/model/snapshot.ts';
import type { WorkerRecord, WorkerState } from '../../../core/model/worker.ts';
import { followDemand } from '../../../core/replay/demand.ts';
import type { TickInputs } from '../../../core/replay/inputs.ts';
import { followMachines } from '../../../core/replay/machines.ts';
import { inLedger, JOINED, NARROW, NOW, pilots, poolView, STAGE } from '../worlds.ts';

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

describe('machines that were woken', () => {
  const template = { id: 'lt-0', version: '1' };
  const five: Joins = { template, flavour: 'm6i.large', took: [10, 20, 30, 40, 50], launchedAt: NOW };

  it.each<readonly [string, readonly Joins[], number | undefined, number | undefined]>([
    ['say how long a wake takes', [{ ...five, woken: true }], undefined, 30],
    ['say nothing of a boot, nor does a boot of a wake', [five], 30, undefined],
    [
      'and those that boot have each their own time',
      [five, { ...five, woken: true, took: [1, 2, 3, 4, 5] }],
      30,
      3,
    ],
    [
      'say nothing where four have joined',
      [{ ...five, woken: true, took: [1, 2, 3, 4, null] }],
      undefined,
      undefined,
    ],
  ])('%s', (_, joins, boot, wake) => {
    const followed = followMachines();
    followed.look(looked(NOW, [], joins));
    const seen = followed.seen();
    expect([seen.boot?.meanSeconds, seen.wake?.meanSeconds]).toEqual([boot, wake]);
  });

  it('are not looked for in the ticks of pilots', () => {
    const followed = followMachines();
    followed.look(looked(NOW, [], [five]));
    followed.look({
      ...looked(NOW, []),
      rested: { of: 'pilots', view: { submissions: {}, pilotsEver: {} } },
    });
    expect(followed.seen().boot?.meanSeconds).toBe(30);
  });
});

describe('spot interruptions', () => {
  const offer = { flavour: 'm6i.large', zone: 'us-east-1a', market: 'spot' } as const;
  const taken: WorkerState = { kind: 'draining', since: NOW, cause: { kind: 'spot-interruption' } };
  const drained: WorkerState = { kind: 'draining', since: NOW, cause: { kind: 'drained' } };
  const failed: WorkerState = { kind: 'failed', at: NOW, cause: { kind: 'spot-interruption' } };
  const perHour = (gapSeconds: number, workers: readonly WorkerRecord[]): number => {
    const followed = followMachines();
    for (const at of [NOW, NOW + gapSeconds]) {
      const inputs = looked(at, []);
      if (inputs.rested.of !== 'workers') throw new Error('expected a tick of the workers');
      const ledger = { ...inputs.rested.ledger, workers };
      followed.look({ ...inputs, rested: { ...inputs.rested, ledger } });
    }
    return followed.seen().interruptionsPerHour;
  };
  const spot = (id: string, state: WorkerState = JOINED) => inLedger(id, state, { offer });

  it.each<readonly [string, number, readonly WorkerRecord[], number]>([
    ['none, where none was', 360, [spot('i-1'), spot('i-2')], 0],
    ['one in the hours of two', 360, [spot('i-1', taken), spot('i-2')], 5],
    ['none, of one that drains for something else', 360, [spot('i-1', drained)], 0],
    ['one that failed does not live', 360, [spot('i-1', taken), spot('i-2', failed)], 10],
    ['on demand says nothing', 360, [spot('i-1', taken), inLedger('i-2', JOINED)], 10],
    ['what was between two looks far apart nobody knows', 6000, [spot('i-1', taken)], 6],
    ['none, where none was on spot', 360, [inLedger('i-1', JOINED)], 0],
  ])('are counted for each hour of a spot worker: %s', (_, gapSeconds, workers, expected) => {
    expect(perHour(gapSeconds, workers)).toBeCloseTo(expected, 9);
  });
});
