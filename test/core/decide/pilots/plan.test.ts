import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../../../core/model/snapshot.ts';
import { planPilots } from '../../planning.ts';
import {
  type Given,
  NOW,
  only,
  pilots,
  pilotWorld,
  poolView,
  queue,
  submission,
  WIDE,
} from '../../worlds.ts';

const plan = (given: Given) => only(planPilots(pilotWorld(given)));

/** What a plan comes to: `submit 5`, `remove 2 leave 1`, `rest`. */
const planned = (given: Given): string => {
  const decision = plan(given);
  if (decision.kind === 'submit') return `submit ${decision.count}`;
  if (decision.kind === 'remove') return `remove ${decision.count} leave ${decision.leave}`;
  return decision.kind;
};

const began = (running: number) =>
  pilots({ running }, { recentStarts: [running, 0, 0, 0, 0, 0, 0, 0, 0, 0] });

describe('pilots are submitted for jobs that have none', () => {
  it.each<readonly [string, Given, string]>([
    ['no jobs, no pilots', {}, 'rest'],
    ['one for each job', { activated: 7 }, 'submit 7'],
    [
      'running ones have jobs of their own',
      { activated: 7, onPilots: 5, pilots: pilots({ running: 5 }) },
      'submit 7',
    ],
    ['idle ones wait for jobs already', { activated: 7, pilots: pilots({ idle: 3 }) }, 'submit 4'],
    ['idle ones for all of them', { activated: 7, pilots: pilots({ idle: 7 }) }, 'rest'],
    [
      'held ones block as much as idle ones',
      { activated: 7, pilots: pilots({ idle: 1, held: 4 }) },
      'submit 2',
    ],
    [
      'those of all shapes count',
      { activated: 7, pilots: pilots([{ idle: 2 }, { shape: WIDE, idle: 2 }]) },
      'submit 3',
    ],
    ['those just submitted count', { activated: 7, submissions: [submission(5, NOW - 10)] }, 'submit 2'],
    [
      'those submitted before the pool was looked at are in it',
      { activated: 7, submissions: [submission(5, NOW - 11)] },
      'submit 7',
    ],
    [
      'a burst is not answered twice: those that began since have taken jobs',
      { activated: 7, pilots: began(5) },
      'submit 2',
    ],
    ['PanDA knows of them: the jobs are others', { activated: 7, onPilots: 5, pilots: began(5) }, 'submit 7'],
    ['no more in a cycle than the chain allows', { activated: 5000 }, 'submit 100'],
    [
      'no more in one request than the endpoint takes',
      { activated: 50_000, knobs: { chain: 'Ready' } },
      'submit 10000',
    ],
    [
      'no more than a life budget leaves',
      { activated: 50, pilotsEver: 95, knobs: { chain: 'Ready, MaxToSubmit(100)' } },
      'submit 5',
    ],
    [
      'jobs of labels that it does not take are for others',
      { activated: 7, knobs: { labels: 'user, rc_test2' } },
      'rest',
    ],
    ['jobs of labels that it takes count', { activated: 7, knobs: { labels: 'user, managed' } }, 'submit 7'],
    [
      'jobs of other resource types are for others',
      { activated: 7, knobs: { 'resource-types': 'MCORE' } },
      'rest',
    ],
  ])('%s', (_, given, expected) => {
    expect(planned(given)).toBe(expected);
  });

  it('in the shape of the queue, under a request id that this tick alone has', () => {
    expect(plan({ activated: 2, knobs: { cpus: '8', 'memory-mb': '16000' } })).toEqual({
      kind: 'submit',
      queue: 'BNL',
      at: NOW,
      requestId: `BNL.${NOW}`,
      count: 2,
      shape: WIDE,
      fleet: 'default',
      wallSeconds: 259_200,
      viewedAt: NOW - 10,
      why: [
        { kind: 'pilots-seen', activated: 2, taken: 0, waiting: 0, running: 0 },
        expect.objectContaining({ kind: 'chain-counted', plugin: 'Ready', to: 2 }),
      ],
      counts: { jobsReady: 2, pilotsWaiting: 0, pilotsRunning: 0 },
    });
  });
});

describe('idle pilots without a job behind them are removed', () => {
  it.each<readonly [string, Given, string]>([
    ['all of them when no job is left', { pilots: pilots({ idle: 5 }) }, 'remove 5 leave 0'],
    ['down to the jobs that are left', { activated: 2, pilots: pilots({ idle: 5 }) }, 'remove 3 leave 2'],
    [
      'idle ones only: held and running ones are not ours to remove',
      { pilots: pilots({ held: 5, running: 9 }) },
      'rest',
    ],
    [
      'held ones take no job away from them',
      { activated: 2, pilots: pilots({ idle: 5, held: 2 }) },
      'remove 3 leave 2',
    ],
    [
      'a MinPending keeps its minimum',
      { pilots: pilots({ idle: 5 }), knobs: { chain: 'Ready, MinPending(2)' } },
      'remove 3 leave 2',
    ],
    [
      'a minimum is kept that fills a cap of the whole factory',
      { pilots: pilots({ idle: 2 }), knobs: { chain: 'Ready, MinPending(2), MaxPerFactory(2)' } },
      'rest',
    ],
    [
      'what a life budget has submitted stays until it has run',
      { pilots: pilots({ idle: 5 }), pilotsEver: 5, knobs: { chain: 'Fixed(5), KeepNQueueLife()' } },
      'rest',
    ],
    [
      'and what is beyond that budget goes',
      { pilots: pilots({ idle: 5 }), pilotsEver: 9, knobs: { chain: 'Ready, MaxToSubmit(9)' } },
      'remove 5 leave 0',
    ],
    [
      'and nothing goes when the minimum is all there is',
      { pilots: pilots({ idle: 2 }), knobs: { chain: 'Ready, MinPending(2)' } },
      'rest',
    ],
  ])('%s', (_, given, expected) => {
    expect(planned(given)).toBe(expected);
  });
});

describe('a queue that is not active', () => {
  it.each<readonly [string, Given, string]>([
    [
      'paused: nothing new, nothing goes',
      { activated: 9, pilots: pilots({ idle: 3 }), knobs: { state: 'paused' } },
      'rest',
    ],
    [
      'drained: the idle ones go',
      { activated: 9, pilots: pilots({ idle: 3, running: 4 }), knobs: { state: 'drain' } },
      'remove 3 leave 0',
    ],
    ['drained and empty: rest', { activated: 9, knobs: { state: 'drain' } }, 'rest'],
  ])('%s', (_, given, expected) => {
    expect(planned(given)).toBe(expected);
  });
});

describe('the status of the site', () => {
  it.each([
    ['online', 'submit 9'],
    ['brokeroff', 'submit 9'],
    ['offline', 'rest'],
    ['standby', 'rest'],
    ['maintenance', 'rest'],
    ['paused', 'rest'],
    ['test', 'submit 9'],
    ['weird', 'rest'],
    ['Online', 'rest'],
  ])('%s means: %s', (status, expected) => {
    expect(planned({ activated: 9, status })).toBe(expected);
  });

  it.each([
    ['standby', { kind: 'site-shut', status: 'standby' }],
    ['weird', { kind: 'site-status-strange', status: 'weird' }],
  ])('is told where it is why nothing is submitted: %s', (status, why) => {
    expect(plan({ activated: 9, status }).why).toContainEqual(why);
  });

  it('that nobody knows keeps no idle pilots without jobs', () => {
    expect(planned({ pilots: pilots({ idle: 3 }), status: 'weird' })).toBe('remove 3 leave 0');
  });

  it('holds the queue where its chain asks for it and nobody knows', () => {
    const decide = (chain: string) =>
      planPilots({
        ...pilotWorld({ activated: 9, knobs: { chain } }),
        sites: unknown('HTTP 500'),
      });
    expect(decide('Ready, StatusOffline(0)')).toMatchObject([
      {
        kind: 'hold',
        why: [{ kind: 'chain-stuck', plugin: 'StatusOffline', missing: { kind: 'site-status' } }],
      },
    ]);
    expect(decide('Ready')).toMatchObject([{ kind: 'submit', count: 9 }]);
  });
});

describe('several queues', () => {
  const world = {
    ...pilotWorld(),
    panda: known(
      { A: { SCORE: { managed: { activated: 9 } } }, B: { SCORE: { managed: { activated: 9 } } } },
      NOW,
    ),
    pool: known(poolView([]), NOW),
  };

  it('are decided in their order, and one with bad settings is held alone', () => {
    const queues = [
      queue({ chain: 'Ready' }, 'A'),
      queue({ cpus: 'many' }, 'X'),
      queue({ chain: 'Ready' }, 'B'),
    ];
    expect(planPilots({ ...world, queues })).toMatchObject([
      { queue: 'A', kind: 'submit', count: 9 },
      {
        queue: 'X',
        kind: 'hold',
        why: [{ kind: 'bad-settings', problems: [{ knob: 'cpus' }] }],
      },
      { queue: 'B', kind: 'submit', count: 9 },
    ]);
  });

  it('are judged one by one where PanDA tells what cannot be read of a site', () => {
    const words = 'data.B.SCORE: expected record, received null';
    const queues = ['A', 'B', 'D', 'P'].map((name) =>
      queue({ chain: 'Ready', state: { D: 'drain', P: 'paused' }[name] ?? 'active' }, name),
    );
    const panda = known(
      { A: { SCORE: { managed: { activated: 9 } } }, B: words, D: words, P: words, OTHER: words },
      NOW,
    );
    expect(planPilots({ ...world, panda, queues })).toMatchObject([
      { queue: 'A', kind: 'submit', count: 9 },
      { queue: 'B', kind: 'hold', why: [{ kind: 'site-unreadable', site: 'B', words }] },
      { queue: 'D', kind: 'rest', why: [{ kind: 'queue-drained' }] },
      { queue: 'P', kind: 'rest', why: [{ kind: 'queue-paused' }] },
    ]);
  });

  it('do not fill a cap of the whole factory twice', () => {
    const chain = 'Ready, MaxPerFactory(12)';
    const decisions = planPilots({ ...world, queues: [queue({ chain }, 'A'), queue({ chain }, 'B')] });
    expect(decisions).toMatchObject([{ count: 9 }, { count: 3 }]);
  });
});

describe('a queue in shadow', () => {
  const shadowOf = (given: Given) => plan({ ...given, knobs: { ...given.knobs, mode: 'shadow' } });

  it.each<readonly [string, Given, string, { submit: number; remove: number }]>([
    ['submits nothing', { activated: 7 }, 'submit 7', { submit: 7, remove: 0 }],
    ['removes nothing', { pilots: pilots({ idle: 5 }) }, 'remove 5 leave 0', { submit: 0, remove: 5 }],
    ['does nothing where there is nothing to do', {}, 'rest', { submit: 0, remove: 0 }],
    [
      'removes nothing where it is drained',
      { pilots: pilots({ idle: 5 }), knobs: { state: 'drain' } },
      ...(['remove 5 leave 0', { submit: 0, remove: 5 }] as const),
    ],
  ])('%s, and says what it would do', (_, given, live, would) => {
    expect(planned(given)).toBe(live);
    const { why } = plan(given);
    const { why: told, ...decision } = shadowOf(given);
    expect(decision).toEqual({ kind: 'rest', queue: 'BNL', at: NOW, counts: plan(given).counts });
    expect(told).toEqual([...why, { kind: 'queue-in-shadow', ...would }]);
  });

  it('holds where a live one would', () => {
    const chain = 'Ready, StatusOffline(0)';
    const world = { ...pilotWorld({ knobs: { mode: 'shadow', chain } }), sites: unknown('HTTP 503') };
    const [held] = planPilots(world);
    expect(held).toMatchObject({ kind: 'hold', queue: 'BNL' });
    expect(held?.why.at(-1)).toEqual({ kind: 'queue-in-shadow', submit: 0, remove: 0 });
  });

  it('leaves the room in the factory to others', () => {
    const chain = 'Ready, MaxPerFactory(5)';
    const counted = (mode: string) => {
      const world = pilotWorld({ activated: 5 });
      const queues = [queue({ chain, mode }, 'BNL'), queue({ chain }, 'CERN')];
      const site = { SCORE: { managed: { activated: 5 } } };
      return planPilots({ ...world, queues, panda: known({ BNL: site, CERN: site }, NOW - 30) }).map((of) =>
        'count' in of ? of.count : 0,
      );
    };
    expect(counted('live')).toEqual([5, 0]);
    expect(counted('shadow')).toEqual([0, 5]);
  });
});
