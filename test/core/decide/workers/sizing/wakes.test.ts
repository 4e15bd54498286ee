import { describe, expect, it } from 'vitest';
import { planLaunches } from '../../../../../core/decide/workers/sizing/launches.ts';
import type { WorkerRecord } from '../../../../../core/model/worker.ts';
import type { Waiters } from '../../../../../core/observe/demand.ts';
import { situationIn } from '../../../planning.ts';
import { inLedger, type Knobs, NARROW, NOW, WIDE, workerWorld } from '../../../worlds.ts';

const DAY = 86_400;

const sleeper = (given: Partial<WorkerRecord> = {}, flavour = 'm6i.2xlarge'): WorkerRecord =>
  inLedger(
    'i-1',
    { kind: 'asleep', since: NOW - 600 },
    {
      mayStop: true,
      offer: { flavour, zone: 'us-east-1a', market: 'on-demand' },
      ...given,
    },
  );

const wide: Waiters = { shape: WIDE, wallSeconds: 3600, count: 1 };
const narrow: Waiters = { shape: NARROW, wallSeconds: 3600, count: 8 };

/** What jobs that wait come to where one worker sleeps: `wake as m6i.2xlarge`, `launch m6i.2xlarge`. */
const planned = (waiting: Waiters, worker: WorkerRecord, knobs: Knobs = {}): readonly string[] => {
  const situation = {
    ...situationIn(workerWorld({ knobs: { flavours: 'm6i.2xlarge', ...knobs } })),
    sleepers: [worker],
  };
  const left = { workers: 100, cores: 1000 };
  const { wakes, launches } = planLaunches({ residual: [waiting], later: [] }, situation, left);
  return [
    ...wakes.map(
      ({ offer, isResized }) => `wake as ${offer.flavour}${isResized === true ? ', resized' : ''}`,
    ),
    ...launches.map(({ request }) => `launch ${request.overrides[0]?.flavour}`),
  ];
};

describe('a sleeper that jobs wait for', () => {
  it.each<readonly [string, Waiters, WorkerRecord, Knobs, readonly string[]]>([
    ['is woken', wide, sleeper(), {}, ['wake as m6i.2xlarge']],
    [
      'of another zone is another offer',
      wide,
      sleeper({ offer: { ...sleeper().offer, zone: 'us-east-1f' } }),
      {},
      ['launch m6i.2xlarge'],
    ],
    [
      'keeps its type where another one of its family is as large',
      wide,
      sleeper({}, 'm6i.odd'),
      { flavours: 'm6i.2xlarge, m6i.odd(8c,32768m)' },
      ['wake as m6i.odd'],
    ],
    [
      'that was wide jobs’ at first takes such jobs',
      wide,
      sleeper({ firstWidth: 8 }),
      {},
      ['wake as m6i.2xlarge'],
    ],
    [
      'that was wide jobs’ at first takes no narrow ones',
      narrow,
      sleeper({ firstWidth: 8 }),
      {},
      ['launch m6i.2xlarge'],
    ],
    [
      'of one width takes no others',
      narrow,
      sleeper({ width: 8 }),
      { widths: 'apart' },
      ['launch m6i.2xlarge'],
    ],
    [
      'takes jobs for whose time it still lives',
      { ...wide, wallSeconds: DAY },
      sleeper({ launchedAt: NOW - 5 * DAY }),
      {},
      ['wake as m6i.2xlarge'],
    ],
    [
      'takes none that would outlive it',
      { ...wide, wallSeconds: 3 * DAY },
      sleeper({ launchedAt: NOW - 5 * DAY }),
      {},
      ['launch m6i.2xlarge'],
    ],
    [
      'of EC2 may become another size of its family',
      wide,
      sleeper({}, 'm6i.large'),
      {},
      ['wake as m6i.2xlarge, resized'],
    ],
    [
      'on another cloud keeps its size',
      wide,
      sleeper({ instanceId: 'os-1' }, 'm6i.large'),
      {},
      ['launch m6i.2xlarge'],
    ],
    [
      'on another cloud is woken as what it is',
      wide,
      sleeper({ instanceId: 'os-1' }),
      {},
      ['wake as m6i.2xlarge'],
    ],
  ])('%s', (_, waiting, worker, knobs, expected) => {
    expect(planned(waiting, worker, knobs)).toEqual(expected);
  });
});
