import { describe, expect, it } from 'vitest';
import { known } from '../../../../core/model/snapshot.ts';
import type { WorkerState } from '../../../../core/model/worker.ts';
import { planWorkers } from '../../planning.ts';
import {
  busy,
  cooling,
  FULL,
  fleet,
  type Given,
  inEc2,
  inLedger,
  inPool,
  JOINED,
  NOW,
  only,
  openLaunch,
  pilots,
  poolView,
  queue,
  submission,
  WIDE,
  workerWorld,
} from '../../worlds.ts';

const plan = (given: Given) => only(planWorkers(workerWorld(given)));

/** What a plan comes to: `2 m6i.large, drain 1`. */
const planned = (given: Given): string => {
  const decision = plan(given);
  if (decision.kind !== 'act') return decision.kind;
  const launches = decision.launches.map(
    ({ request }) => `${request.count} ${request.overrides[0]?.flavour} ${request.market}`,
  );
  const retirements = decision.retirements.map(({ step, instanceId }) => `${step} ${instanceId.at(-1)}`);
  return [...launches, ...retirements].join(', ');
};

const ID = 'i-00000001';
const waiting = (idle: number): Given => ({ activated: idle, pilots: pilots({ idle }) });
const booting = (age = 120) => [inLedger(ID, { kind: 'booting' }, { launchedAt: NOW - age })];
const began = pilots({ idle: 6, running: 4 }, { recentStarts: [4, 0, 0, 0, 0, 0, 0, 0, 0, 0] });

describe('workers are launched for pilots that fit on none', () => {
  it.each<readonly [string, Given, string]>([
    ['no pilots, no workers', {}, 'rest'],
    ['normal growth', waiting(5), '3 m6i.large on-demand'],
    [
      'wide and narrow',
      { activated: 6, pilots: pilots([{ idle: 4 }, { shape: WIDE, idle: 2 }]) },
      '2 m6i.2xlarge on-demand, 2 m6i.large on-demand',
    ],
    [
      'room on a joined worker is used',
      { ...waiting(5), workers: [inLedger(ID, JOINED)], pool: [inPool(ID)] },
      '2 m6i.large on-demand',
    ],
    [
      'a full one has none',
      { ...waiting(5), workers: [inLedger(ID, JOINED)], pool: [busy(ID)] },
      '3 m6i.large on-demand',
    ],
    [
      'memory that is left over is no core',
      { ...waiting(1), workers: [inLedger(ID, JOINED)], pool: [inPool(ID, { free: FULL })] },
      '1 m6i.large on-demand',
    ],
    [
      'one that drains has none',
      { ...waiting(2), workers: [inLedger(ID, JOINED)], pool: [inPool(ID, { draining: true })] },
      '1 m6i.large on-demand',
    ],
    ['a booting one counts: no second launch', { ...waiting(2), workers: booting() }, 'rest'],
    ['and no more than it holds', { ...waiting(5), workers: booting() }, '2 m6i.large on-demand'],
    [
      'until its deadline, when it is ended and replaced',
      { ...waiting(2), workers: booting(901) },
      '1 m6i.large on-demand, terminate 1',
    ],
    [
      'a launch whose outcome is not known counts in full',
      { ...waiting(5), launches: [openLaunch(3)] },
      'rest',
    ],
    [
      'a stranger in the pool counts that EC2 shows',
      { ...waiting(2), pool: [inPool('i-00000009')], vouched: [inEc2('i-00000009')] },
      'rest',
    ],
    [
      'a stranger that EC2 does not show counts for nothing',
      { ...waiting(2), pool: [inPool('i-00000009')] },
      '1 m6i.large on-demand',
    ],
    [
      'pilots just submitted ask for workers',
      { activated: 4, submissions: [submission(4, NOW)] },
      '2 m6i.large on-demand',
    ],
    ['pilots without jobs do not', { activated: 2, pilots: pilots({ idle: 50 }) }, '1 m6i.large on-demand'],
    ['held pilots do not', { activated: 50, pilots: pilots({ held: 50 }) }, 'rest'],
    [
      'jobs whose pilots have begun do not, though PanDA lags',
      { activated: 6, pilots: began },
      '1 m6i.large on-demand',
    ],
    [
      'once PanDA knows, they are other jobs',
      { activated: 6, onPilots: 4, pilots: began },
      '3 m6i.large on-demand',
    ],
  ])('%s', (_, given, expected) => {
    expect(planned(given)).toBe(expected);
  });
});

describe('a flavour', () => {
  const small = ['us-east-1a', 'us-east-1b'].map((zone) => cooling('m6i.large', zone));
  const large = ['us-east-1a', 'us-east-1b'].map((zone) => cooling('m6i.2xlarge', zone));
  it.each<readonly [string, Given, string]>([
    [
      'of the next size is taken while the small one cools',
      { ...waiting(5), cooling: small },
      '1 m6i.2xlarge on-demand',
    ],
    [
      'that was refused long ago is taken again',
      { ...waiting(2), cooling: small.map((of) => ({ ...of, until: NOW })) },
      '1 m6i.large on-demand',
    ],
    ['is not to be had while all cool', { ...waiting(5), cooling: [...small, ...large] }, 'rest'],
    ['is bought on spot first', { ...waiting(2), knobs: { market: 'spot-first' } }, '1 m6i.large spot'],
    [
      'is not launched for a pilot too large for all',
      { activated: 1, pilots: pilots({ shape: { ...WIDE, cpus: 16 }, idle: 1 }) },
      'rest',
    ],
  ])('%s', (_, given, expected) => {
    expect(planned(given)).toBe(expected);
  });
});

describe('caps', () => {
  const live: Given = {
    ...waiting(50),
    workers: [
      inLedger('i-00000002', JOINED),
      inLedger('i-00000003', { kind: 'booting' }, { launchedAt: NOW - 60 }),
      inLedger('i-00000004', { kind: 'retiring', since: NOW - 60, cause: { kind: 'told', words: 'x' } }),
    ],
    pool: [busy('i-00000002'), busy('i-00000005')],
    vouched: [inEc2('i-00000005')],
    launches: [openLaunch(2)],
  };
  it.each([
    ['max-workers counts whatever may be billed', { 'max-workers': '8' }, '2 m6i.large on-demand'],
    ['and leaves nothing when it is reached', { 'max-workers': '6', 'max-asleep': '0' }, 'rest'],
    ['max-cores too', { 'max-cores': '17' }, '2 m6i.large on-demand'],
    [
      'max-launch-per-tick is for one tick',
      { 'max-launch-per-tick': '4', 'max-workers': '100' },
      '4 m6i.large on-demand',
    ],
  ] as const)('%s', (_, knobs, expected) => {
    expect(planned({ ...live, knobs })).toBe(expected);
  });
});

describe('a fleet that is not active', () => {
  const given = { ...waiting(50), workers: [inLedger(ID, JOINED)], pool: [busy(ID)] };
  it('launches nothing and keeps its workers while it is paused', () => {
    expect(plan({ ...given, knobs: { state: 'paused' } })).toMatchObject({
      kind: 'rest',
      why: [{ kind: 'fleet-paused' }],
    });
  });
  it('launches nothing and drains its workers when it is drained', () => {
    expect(planned({ ...given, knobs: { state: 'drain' } })).toBe('drain 1');
  });
});

describe('a decision', () => {
  it('says what was seen, what is done and what is retired, with its counts', () => {
    const workers = [
      inLedger(ID, { kind: 'draining', since: NOW - 60, cause: { kind: 'told', words: 'x' } }),
    ];
    expect(plan({ ...waiting(5), workers, pool: [inPool(ID, { draining: true })] })).toMatchObject({
      kind: 'act',
      fleet: 'default',
      at: NOW,
      why: [
        { kind: 'jobs-waiting', pilots: 5, plainJobs: 0, onJoined: 0, onBooting: 0 },
        { kind: 'launch', workers: 3, flavours: ['m6i.large'], market: 'on-demand' },
      ],
      retirements: [{ instanceId: ID, step: 'terminate', cause: { kind: 'drained' } }],
      counts: { pilotsWithJobs: 5, jobsUnplaced: 5, workersLive: 1, coresLive: 2 },
    });
  });
});

describe('a site of which PanDA tells what cannot be read', () => {
  const words = 'data.BNL.SCORE.managed.activated: expected number, received null';
  const why = { kind: 'site-unreadable', site: 'BNL', words };
  const decided = (state: string) => {
    const world = workerWorld({
      ...waiting(50),
      ...{ workers: [inLedger(ID, JOINED)], pool: [busy(ID)], knobs: { state, 'max-asleep': '0' } },
    });
    return planWorkers({ ...world, panda: known({ BNL: words, A: { SCORE: {} } }, NOW) });
  };

  it.each(['active', 'paused'])('asks for no workers, if its fleet is %s, and is told', (state) => {
    expect(decided(state)).toMatchObject([{ fleet: 'default', kind: 'rest' }]);
    expect(decided('active')[0]?.why).toContainEqual(why);
  });

  it('does not keep a fleet from being drained', () => {
    expect(decided('drain')).toMatchObject([{ kind: 'act', retirements: [{ step: 'drain' }] }]);
  });

  it('is no affair of a queue of another site on the same fleet', () => {
    const world = workerWorld({ ...waiting(4) });
    const view = poolView([pilots({ idle: 4 }), pilots({ idle: 40 }, { queue: 'OTHER' })]);
    const panda = known({ OTHER: words, BNL: { SCORE: { managed: { activated: 4 } } } }, NOW);
    const queues = [...world.queues, queue({}, 'OTHER')];
    const [decision] = planWorkers({ ...world, queues, panda, pool: known(view, NOW) });
    expect(decision).toMatchObject({ kind: 'act', launches: [{ request: { count: 2 } }] });
    expect(decision?.why).toContainEqual({ ...why, site: 'OTHER' });
  });
});

describe('several fleets', () => {
  it('have workers of their own, and one with bad settings is held alone', () => {
    const world = {
      ...workerWorld({ vouched: [inEc2('i-0000000b', {}, 'B')] }),
      queues: [queue({ fleet: 'A' }, 'QA'), queue({ fleet: 'B' }, 'QB')],
      fleets: [fleet({}, 'A'), fleet({ market: 'cheap' }, 'X'), fleet({}, 'B')],
      panda: known(
        { QA: { SCORE: { managed: { activated: 2 } } }, QB: { SCORE: { managed: { activated: 2 } } } },
        NOW,
      ),
      pool: known(
        poolView(
          [
            pilots({ idle: 2, fleet: 'A' }, { queue: 'QA' }),
            pilots({ idle: 2, fleet: 'B' }, { queue: 'QB' }),
          ],
          [inPool('i-0000000b', { fleet: 'B' })],
        ),
        NOW,
      ),
    };
    expect(planWorkers(world)).toMatchObject([
      { fleet: 'A', kind: 'act', launches: [{ request: { count: 1 } }] },
      {
        fleet: 'X',
        kind: 'hold',
        why: [{ kind: 'bad-settings', problems: [{ knob: 'market' }] }],
      },
      { fleet: 'B', kind: 'rest' },
    ]);
  });

  it('let go of their workers when they are no longer among the settings', () => {
    const removed = inLedger('i-00000001', JOINED, { fleet: 'OLD' });
    const pool = [busy('i-00000001', { fleet: 'OLD' })];
    expect(planWorkers(workerWorld({ workers: [removed], pool }))).toMatchObject([
      { fleet: 'default', kind: 'rest' },
      { fleet: 'OLD', kind: 'act', launches: [], retirements: [{ step: 'drain' }] },
    ]);
  });

  it('are no more where all that is left of them is a machine that nobody knows', () => {
    const pool = [inPool('i-00000009', { fleet: 'OLD' })];
    expect(planWorkers(workerWorld({ pool })).map(({ fleet }) => fleet)).toEqual(['default']);
  });

  it('are no more once all that is left of them are boots that failed', () => {
    const failed = inLedger(
      ID,
      { kind: 'failed', at: NOW - 60, cause: { kind: 'drained' } },
      { fleet: 'OLD' },
    );
    expect(planWorkers(workerWorld({ workers: [failed] })).map(({ fleet }) => fleet)).toEqual(['default']);
  });
});

describe('a worker that EC2 will not end', () => {
  const unended = (record: Parameters<typeof inLedger>[2], state: WorkerState = JOINED) =>
    plan({ workers: [inLedger(ID, state, record)], pool: [busy(ID)] }).counts.workersUnended;
  const refused = (secondsAgo: number) => ({ endRefused: { at: NOW - secondsAgo, why: 'no' } });
  const ending: WorkerState = { kind: 'retiring', since: NOW - 60, cause: { kind: 'drained' } };

  it.each([
    ['is counted', unended(refused(60)), 1],
    ['is counted while its end is only decided', unended(refused(60), { ...ending, pending: true }), 1],
    ['is none once EC2 has taken its end', unended(refused(60), ending), undefined],
    ['is none once nobody asks for its end any more', unended(refused(1200)), undefined],
    ['is none if it was never refused', unended({}), undefined],
  ])('%s', (_, count, expected) => expect(count).toBe(expected));
});
