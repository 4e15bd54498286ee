import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WorkerDecision } from '../../../../core/model/decision.ts';
import type { FleetJobs, PoolWorker, QueuePilots } from '../../../../core/model/pool.ts';
import type { Shape } from '../../../../core/model/resources.ts';
import { known } from '../../../../core/model/snapshot.ts';
import type { WorkerRecord } from '../../../../core/model/worker.ts';
import { planWorkers } from '../../planning.ts';
import { count, requestsOf } from '../../sums.ts';
import {
  fleet,
  inLedger,
  inPool,
  JOINED,
  type Knobs,
  LARGE,
  NARROW,
  NOW,
  only,
  pilots,
  poolView,
  queue,
  STAGE,
  WIDE,
} from '../../worlds.ts';

interface Asking {
  readonly name: string;
  readonly fleet: string;
  readonly shape: Shape;
  readonly idle: number;
}

interface Given {
  readonly queues: readonly Asking[];
  readonly workers?: readonly WorkerRecord[];
  readonly pool?: readonly PoolWorker[];
  readonly jobs?: readonly FleetJobs[];
  readonly knobs?: Knobs;
  readonly running?: readonly QueuePilots[];
}

const PLENTY: Knobs = { 'max-workers': '1000', 'max-launch-per-tick': '1000' };

/** What is decided for the fleets that the queues name; every pilot has a job. */
const decide = ({ queues, workers = [], pool = [], jobs, knobs = {} }: Given): readonly WorkerDecision[] => {
  const names = [...new Set(queues.map((of) => of.fleet))];
  const view = poolView(
    queues.map(({ name, fleet: of, shape, idle }) => pilots({ shape, idle, fleet: of }, { queue: name })),
    pool,
    jobs === undefined ? {} : { jobs: { complete: true, fleets: [...jobs] } },
  );
  const activated = queues.map(({ name, idle }) => [name, { SCORE: { managed: { activated: idle } } }]);
  return planWorkers({
    now: NOW,
    queues: queues.map(({ name, fleet: of, shape: { cpus, memoryMb } }) =>
      queue({ fleet: of, cpus: String(cpus), 'memory-mb': String(memoryMb) }, name),
    ),
    fleets: names.map((name) => fleet({ ...PLENTY, ...knobs }, name)),
    stage: STAGE,
    ledger: { workers, launches: [], submissions: {}, cooling: [], pilotsEver: {} },
    panda: known(Object.fromEntries(activated), NOW),
    sites: known({}, NOW),
    pool: known(view, NOW - 10),
  });
};

const asks = (name: string, idle: number, shape = NARROW, of = 'default'): Asking => ({
  ...{ name, idle, shape },
  fleet: of,
});

/** What is launched: `2 m6i.large`. */
const launched = (given: Given): readonly string[] =>
  decide(given)
    .flatMap(requestsOf)
    .map((request) => `${request.count} ${request.overrides[0]?.flavour}`);

const joined = (id: string, of: Partial<WorkerRecord> = {}) => inLedger(id, JOINED, of);
const HALF = { busy: 1, idleSince: null, free: { ...LARGE, cpus: 1, memoryMb: 5500 } };

describe('queues that share a fleet', () => {
  it.each<readonly [string, Given, readonly string[]]>([
    ['share a worker that is launched for both', { queues: [asks('A', 1), asks('B', 1)] }, ['1 m6i.large']],
    [
      'share the room on one that is there',
      { queues: [asks('A', 1), asks('B', 1)], workers: [joined('i-1')], pool: [inPool('i-1')] },
      [],
    ],
    [
      'use what the pilots of another have left',
      { queues: [asks('A', 0), asks('B', 1)], workers: [joined('i-1')], pool: [inPool('i-1', HALF)] },
      [],
    ],
    [
      'fill what wide pilots leave',
      { queues: [asks('A', 1, { ...WIDE, cpus: 6 }), asks('B', 2)] },
      ['1 m6i.2xlarge'],
    ],
    [
      'of widths apart do not',
      { queues: [asks('A', 1, { ...WIDE, cpus: 6 }), asks('B', 2)], knobs: { widths: 'apart' } },
      ['1 m6i.2xlarge', '1 m6i.large'],
    ],
    [
      'take what a worker from before leaves to its queue alone: another launches',
      {
        queues: [asks('A', 2), asks('B', 2)],
        workers: [joined('i-1', { onlyQueue: 'A' })],
        pool: [inPool('i-1', { queue: 'A' })],
      },
      ['1 m6i.large'],
    ],
    [
      'launch one worker for what workers from before leave of both',
      {
        queues: [asks('A', 3), asks('B', 1)],
        workers: [joined('i-1', { onlyQueue: 'A' })],
        pool: [inPool('i-1', { queue: 'A' })],
      },
      ['1 m6i.large'],
    ],
  ])('%s', (_, given, expected) => {
    expect(launched(given)).toEqual(expected);
  });

  it('are kept to their width by tags and records, where widths are apart', () => {
    const queues = [asks('A', 1, WIDE), asks('B', 2)];
    const requests = decide({ queues, knobs: { widths: 'apart' } }).flatMap(requestsOf);
    expect(requests.map(({ width, tags }) => [width, tags['aerie:width']])).toEqual([
      [8, '8'],
      [1, '1'],
    ]);
  });

  it('share out what the caps allow by width, and not first come, first served', () => {
    const queues = [asks('A', 100, WIDE), asks('B', 100)];
    expect(launched({ queues, knobs: { 'max-cores': '32' } })).toEqual(['2 m6i.2xlarge', '8 m6i.large']);
  });
});

const SHAPES: readonly Shape[] = [
  NARROW,
  { ...NARROW, cpus: 2, memoryMb: 4000 },
  { ...NARROW, cpus: 4, memoryMb: 8000 },
  WIDE,
];

/** Several queues, each with pilots of one shape. */
const anyQueues = fc
  .array(fc.tuple(fc.constantFrom(...SHAPES), fc.integer({ min: 0, max: 40 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((all) => all.map(([shape, idle], n) => asks(`Q${n}`, idle, shape)));

const coresIn = (decisions: readonly WorkerDecision[]): number =>
  decisions.reduce(
    (n, decision) =>
      decision.kind === 'act'
        ? n + decision.launches.reduce((sum, { request, offers }) => sum + request.count * offers.cpus, 0)
        : n,
    0,
  );

describe('in any world', () => {
  // Widths that divide each other and workers of one size: only then is filling the widest first the best there is.
  const knobs = { flavours: 'm6i.2xlarge' };

  it('queues on one fleet need no more workers than on fleets of their own', () => {
    fc.assert(
      fc.property(anyQueues, (queues) => {
        const shared = decide({ queues, knobs });
        const apart = decide({ queues: queues.map((of) => ({ ...of, fleet: of.name })), knobs });
        expect(shared).toHaveLength(1);
        expect(count(shared.flatMap(requestsOf))).toBeLessThanOrEqual(count(apart.flatMap(requestsOf)));
        expect(coresIn(shared)).toBeLessThanOrEqual(coresIn(apart));
      }),
    );
  });

  it('workers of widths apart are no fewer than workers that widths share', () => {
    fc.assert(
      fc.property(anyQueues, (queues) => {
        const mixed = decide({ queues, knobs });
        const apart = decide({ queues, knobs: { ...knobs, widths: 'apart' } });
        expect(coresIn(mixed)).toBeLessThanOrEqual(coresIn(apart));
      }),
    );
  });

  it('a shared fleet launches room for all, and keeps its caps', () => {
    fc.assert(
      fc.property(anyQueues, fc.nat({ max: 30 }), fc.nat({ max: 120 }), (queues, workers, cores) => {
        const wanted = queues.reduce((n, { idle, shape }) => n + idle * shape.cpus, 0);
        expect(coresIn(decide({ queues, knobs }))).toBeGreaterThanOrEqual(wanted);
        const caps = { 'max-workers': String(workers), 'max-cores': String(cores) };
        const capped = decide({ queues, knobs: { ...knobs, ...caps } });
        expect(count(capped.flatMap(requestsOf))).toBeLessThanOrEqual(workers);
        expect(coresIn(capped)).toBeLessThanOrEqual(cores);
      }),
    );
  });
});

describe('jobs that are no pilots', () => {
  const plain = (idle: number, given: Partial<FleetJobs['shapes'][number]> = {}): readonly FleetJobs[] => [
    {
      fleet: 'default',
      shapes: [
        {
          ...{ shape: NARROW, fleet: 'default', idle, running: 0, held: 0 },
          waitingSince: [{ at: NOW - 60, count: idle }],
          ...given,
        },
      ],
    },
  ];
  const nobody = [asks('A', 0)];

  it.each<readonly [string, Given, readonly string[]]>([
    ['get workers of the fleet that they name', { queues: nobody, jobs: plain(3) }, ['2 m6i.large']],
    ['share them with pilots', { queues: [asks('A', 1)], jobs: plain(3) }, ['2 m6i.large']],
    [
      'use what is free',
      { queues: nobody, jobs: plain(2), workers: [joined('i-1')], pool: [inPool('i-1')] },
      [],
    ],
    [
      'use no worker from before: it takes the pilots of its queue only',
      {
        queues: nobody,
        jobs: plain(2),
        workers: [joined('i-1', { onlyQueue: 'A' })],
        pool: [inPool('i-1', { queue: 'A' })],
      },
      ['1 m6i.large'],
    ],
    ['get none that they would outlast', { queues: nobody, jobs: plain(2, { wallSeconds: 604_201 }) }, []],
    [
      'get one that lives longer',
      { queues: nobody, jobs: plain(2, { wallSeconds: 604_200 }) },
      ['1 m6i.large'],
    ],
  ])('%s', (_, given, expected) => {
    expect(launched(given)).toEqual(expected);
  });

  it('are told beside the pilots, and counted', () => {
    const decision = only(decide({ queues: [asks('A', 1)], jobs: plain(3) }));
    expect(decision.why).toContainEqual({
      ...{ kind: 'jobs-waiting', pilots: 1, plainJobs: 3, onJoined: 0, onBooting: 0 },
    });
    expect(decision.counts).toMatchObject({ jobsUnplaced: 4, pilotsWithJobs: 1, plainJobs: 3 });
  });

  it('that outlast every worker are told', () => {
    const decision = only(decide({ queues: nobody, jobs: plain(2, { wallSeconds: 604_800 }) }));
    expect(decision.why).toContainEqual({
      ...{ kind: 'jobs-outlast-workers', pilots: 2, cpus: 1, memoryMb: 2000 },
      ...{ wallSeconds: 604_800, maxLifeSeconds: 604_800 },
    });
  });

  it('keep an old worker that has time for them, though it has none for pilots', () => {
    const age = 604_800 - 7200;
    const stepsWith = (wallSeconds: number) => {
      const old = joined('i-1', { launchedAt: NOW - age });
      const of = { busy: 1, idleSince: null, free: { ...LARGE, cpus: 0 } };
      const decision = only(
        decide({
          queues: nobody,
          jobs: plain(1, { wallSeconds }),
          workers: [old],
          pool: [inPool('i-1', of)],
        }),
      );
      return decision.kind === 'act' ? decision.retirements.map(({ cause }) => cause.kind) : [];
    };
    expect(stepsWith(7200)).toEqual([]);
    expect(stepsWith(7201)).toEqual(['too-old']);
  });
});
