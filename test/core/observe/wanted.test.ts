import { describe, expect, it } from 'vitest';
import type { SubmissionRecord } from '../../../core/model/ledger.ts';
import type { FleetJobs, PoolView, QueuePilots } from '../../../core/model/pool.ts';
import { known, unknown } from '../../../core/model/snapshot.ts';
import { establish } from '../../../core/observe/facts.ts';
import { demands, type Wanted } from '../../../core/observe/wanted.ts';
import {
  fleetSettings,
  type Knobs,
  NARROW,
  NOW,
  pilots,
  poolView,
  queue,
  submission,
  WIDE,
} from '../worlds.ts';

const VIEWED = NOW - 10;
/** The wall of a queue's pilots, and of plain jobs that name none. */
const WALL = 259_200;
const DAY = 86_400;

interface Given {
  /** Knobs of the queues, by name. */
  readonly queues?: Readonly<Record<string, Knobs>>;
  readonly pilots?: readonly QueuePilots[];
  /** What PanDA has activated, by site; a text: what it tells of the site cannot be read. Absent: it does not answer. */
  readonly activated?: Readonly<Record<string, number | string>>;
  readonly jobs?: NonNullable<PoolView['jobs']>;
  readonly landings?: NonNullable<PoolView['landings']>;
  readonly submissions?: Readonly<Record<string, readonly SubmissionRecord[]>>;
  /** Of the fleet that is asked. */
  readonly knobs?: Knobs;
}

/** What waits for a fleet. */
const wantedOn = (fleet: string, given: Given): Wanted => {
  const { queues = { BNL: {} }, activated, jobs, landings, submissions = {} } = given;
  const sites = Object.entries(activated ?? {}).map(([site, of]) => [
    site,
    typeof of === 'string' ? of : { SCORE: { managed: { activated: of } } },
  ]);
  const view = poolView(given.pilots ?? [], [], {
    ...(jobs === undefined ? {} : { jobs }),
    ...(landings === undefined ? {} : { landings }),
  });
  const established = establish({
    now: NOW,
    panda: activated === undefined ? unknown('HTTP 503') : known(Object.fromEntries(sites), NOW),
    sites: known({}, NOW),
    pool: known(view, VIEWED),
  });
  if (!established.ok) throw new Error('expected facts');
  const ledger = { workers: [], launches: [], submissions, cooling: [], pilotsEver: {} };
  const parsed = Object.entries(queues).map(([name, knobs]) => queue(knobs, name));
  const of = demands(parsed, { facts: established.facts, ledger, pilotsInFactory: () => 0 });
  return of.of({ ...fleetSettings(given.knobs), name: fleet }, () => ({ toStart: 300, toLaunch: 300 }));
};

/** How many of which queue: `3 BNL`, and of those that are none: `2 plain`. */
const asked = (fleet: string, given: Given): readonly string[] =>
  wantedOn(fleet, given).waiting.map(({ count, queue: of = 'plain' }) => `${count} ${of}`);

describe('pilots', () => {
  it.each<readonly [string, string, Given, readonly string[]]>([
    [
      'wait for the fleet that they name',
      'A',
      { activated: { BNL: 9 }, pilots: [pilots({ idle: 2, fleet: 'A' })] },
      ['2 BNL'],
    ],
    ['wait for no other', 'B', { activated: { BNL: 9 }, pilots: [pilots({ idle: 2, fleet: 'A' })] }, []],
    [
      'wait for the fleet that they name, though their queue names another now',
      'A',
      {
        queues: { BNL: { fleet: 'B' } },
        activated: { BNL: 9 },
        pilots: [pilots({ idle: 2, fleet: 'A' })],
      },
      ['2 BNL'],
    ],
    [
      'that name the fleet of their queue are given its jobs first',
      'A',
      {
        queues: { BNL: { fleet: 'B' } },
        activated: { BNL: 3 },
        pilots: [
          pilots([
            { idle: 2, fleet: 'A' },
            { idle: 2, fleet: 'B' },
          ]),
        ],
      },
      ['1 BNL'],
    ],
    [
      'of several queues wait for one fleet, each with the jobs of its own',
      'default',
      {
        queues: { BNL: {}, CERN: {} },
        activated: { BNL: 1, CERN: 9 },
        pilots: [pilots({ idle: 5 }), pilots({ idle: 5 }, { queue: 'CERN' })],
      },
      ['1 BNL', '5 CERN'],
    ],
    [
      'that were just submitted wait for the fleet that rides on them',
      'A',
      {
        activated: { BNL: 9 },
        submissions: { BNL: [{ ...submission(4, NOW), fleet: 'A', wallSeconds: 60 }] },
      },
      ['4 BNL'],
    ],
    [
      'of a queue that is paused wait for nothing',
      'default',
      { queues: { BNL: { state: 'paused' } }, activated: { BNL: 9 }, pilots: [pilots({ idle: 2 })] },
      [],
    ],
    [
      'of a queue with bad settings wait for nothing',
      'default',
      { queues: { BNL: { cpus: 'x' } }, activated: { BNL: 9 }, pilots: [pilots({ idle: 2 })] },
      [],
    ],
  ])('%s', (_, fleet, given, expected) => {
    expect(asked(fleet, given)).toEqual(expected);
  });

  it('say how long they may run, or their queue does', () => {
    const standing = pilots([{ idle: 1, wallSeconds: 60 }, { idle: 1 }]);
    const { waiting } = wantedOn('default', { activated: { BNL: 9 }, pilots: [standing] });
    expect(waiting.map(({ wallSeconds }) => wallSeconds)).toEqual([WALL, 60]);
  });

  it('that their chain asks for without a job are counted on the fleet of their queue', () => {
    const given = {
      queues: { BNL: { chain: 'Fixed(4)', fleet: 'A' } },
      activated: {},
      pilots: [pilots({ idle: 4, fleet: 'A' })],
    };
    expect(wantedOn('A', given)).toMatchObject({ withoutJobs: 4, waiting: [{ count: 4 }] });
    expect(wantedOn('B', given)).toMatchObject({ withoutJobs: 0, waiting: [] });
  });
});

describe('a site of which nothing is known', () => {
  const words = 'data.BNL.SCORE: expected record';
  const both = {
    queues: { BNL: { fleet: 'A' }, CERN: { fleet: 'A' }, FZK: { fleet: 'B' } },
    pilots: [
      pilots({ idle: 2, fleet: 'A' }),
      pilots({ idle: 3, fleet: 'A' }, { queue: 'CERN' }),
      pilots({ idle: 4, fleet: 'B' }, { queue: 'FZK' }),
    ],
  };
  const why = { kind: 'site-unreadable', site: 'BNL', words };

  it('takes its queue’s part from the demand, and is told on its fleet', () => {
    const given = { ...both, activated: { BNL: words, CERN: 9, FZK: 9 } };
    expect(asked('A', given)).toEqual(['3 CERN']);
    expect(wantedOn('A', given).unknown).toEqual([why]);
    expect(asked('B', given)).toEqual(['4 FZK']);
    expect(wantedOn('B', given).unknown).toEqual([]);
  });

  it('is every one where PanDA does not answer, which is told once', () => {
    expect(asked('A', both)).toEqual([]);
    expect(wantedOn('A', both).unknown).toEqual([
      { kind: 'source-unknown', source: 'panda', words: 'HTTP 503' },
    ]);
    expect(asked('B', both)).toEqual([]);
  });

  it('is told of five sites at the most', () => {
    const names = Array.from({ length: 9 }, (_, n) => `Q${n}`);
    const given = {
      queues: Object.fromEntries(names.map((name) => [name, {}])),
      activated: Object.fromEntries(names.map((name) => [name, words])),
    };
    expect(wantedOn('default', given).unknown).toHaveLength(5);
  });
});

/** Plain jobs that wait, each group since so many seconds before the view. */
const plain = (
  groups: readonly (readonly [count: number, seconds: number])[],
  given: Partial<FleetJobs['shapes'][number]> = {},
): FleetJobs => ({
  fleet: 'A',
  shapes: [
    {
      ...{ shape: WIDE, fleet: 'A', running: 0, held: 0 },
      idle: groups.reduce((n, [count]) => n + count, 0),
      waitingSince: groups.map(([count, seconds]) => ({ at: VIEWED - seconds, count })),
      ...given,
    },
  ],
});
const whole = (...fleets: FleetJobs[]) => ({ complete: true, fleets });

describe('jobs that are no pilots', () => {
  const three = plain([
    [1, 600],
    [2, 299],
  ]);

  it.each<readonly [string, string, Given, readonly string[]]>([
    ['wait for the fleet that they name', 'A', { activated: {}, jobs: whole(three) }, ['3 plain']],
    ['wait for no other', 'B', { activated: {}, jobs: whole(three) }, []],
    ['need no PanDA', 'A', { jobs: whole(three) }, ['3 plain']],
    [
      'wait beside pilots',
      'A',
      {
        activated: { BNL: 9 },
        pilots: [pilots({ idle: 2, fleet: 'A' })],
        jobs: whole(three),
      },
      ['2 BNL', '3 plain'],
    ],
    [
      'count once they have waited for as long as their fleet lets them',
      'A',
      { jobs: whole(three), knobs: { 'burst-after-seconds': '300' } },
      ['1 plain'],
    ],
    [
      'count at that moment',
      'A',
      { jobs: whole(three), knobs: { 'burst-after-seconds': '299' } },
      ['3 plain'],
    ],
    ['do not count before', 'A', { jobs: whole(three), knobs: { 'burst-after-seconds': '601' } }, []],
    ['count where others are not known', 'A', { jobs: { complete: false, fleets: [three] } }, ['3 plain']],
  ])('%s', (_, fleet, given, expected) => {
    expect(asked(fleet, given)).toEqual(expected);
  });

  it.each([
    ['their own', { wallSeconds: 60 }, {}, 60],
    ['a day, where they name none', {}, {}, DAY],
    ['as their fleet says, where they name none', {}, { 'job-wall-seconds': '7200' }, 7200],
  ])('may run for %s', (_, given, knobs, wallSeconds) => {
    const { waiting } = wantedOn('A', { jobs: whole(plain([[1, 0]], given)), knobs });
    expect(waiting).toMatchObject([{ shape: WIDE, wallSeconds, count: 1 }]);
  });

  it('that are not told whole are told to be unknown', () => {
    const jobs = { complete: false, why: 'condor_q timed out', fleets: [] };
    expect(wantedOn('A', { activated: {}, jobs }).unknown).toEqual([
      { kind: 'pool-incomplete', part: 'jobs', words: 'condor_q timed out' },
    ]);
  });

  it.each([
    ['spot-first', ['2 on demand', '1']],
    ['spot', ['3']],
    ['on-demand', ['3']],
  ])('that have lost a machine get one on demand, where the market %s turns to that', (market, expected) => {
    const lost = plain([[3, 10]], { restarting: 2 });
    const { waiting } = wantedOn('A', { jobs: whole(lost), knobs: { market } });
    const told = waiting.map(({ count, onDemand }) => `${count}${onDemand === true ? ' on demand' : ''}`);
    expect([...told].sort()).toEqual([...expected].sort());
  });
});

describe('jobs that land', () => {
  const landings = {
    complete: true,
    landings: ['BNL', 'CERN', 'FZK'].map((name) => ({ queue: name, at: NOW + 60, count: 2 })),
  };

  it('are those of the fleet’s queues that look ahead', () => {
    const queues = {
      BNL: { 'look-ahead': 'known', fleet: 'A' },
      CERN: { fleet: 'A' },
      FZK: { 'look-ahead': 'known', fleet: 'B' },
    };
    const { landing } = wantedOn('A', { queues, activated: {}, landings });
    expect(landing).toEqual([{ shape: NARROW, wallSeconds: WALL, count: 2, queue: 'BNL' }]);
  });

  it('are none of a queue in shadow for a live fleet, and are for one in shadow', () => {
    const queues = {
      BNL: { 'look-ahead': 'known', fleet: 'A', mode: 'shadow' },
      CERN: { 'look-ahead': 'known', fleet: 'A' },
    };
    const ofQueues = (mode: string) =>
      wantedOn('A', { queues, activated: {}, landings, knobs: { mode } }).landing.map(({ queue }) => queue);
    expect(ofQueues('live')).toEqual(['CERN']);
    expect(ofQueues('shadow')).toEqual(['BNL', 'CERN']);
  });

  it('are none of a queue whose jobs are not known', () => {
    const queues = {
      BNL: { 'look-ahead': 'known', fleet: 'A' },
      CERN: { 'look-ahead': 'known', fleet: 'A' },
    };
    const told = (given: Given) => wantedOn('A', { queues, landings, ...given }).landing;
    expect(told({ activated: { BNL: 'odd' } })).toMatchObject([{ queue: 'CERN' }]);
    expect(told({})).toEqual([]);
  });
});
