import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdsIn } from '../../cli/stage/holds.ts';
import { hasJoined, isUseless, type Life, timesOf, wakesOf } from '../../cli/stage/lives.ts';
import { readTwin, writeTwin } from '../../cli/stage/twin-file.ts';
import { effectOf } from '../../cli/verbs/effect.ts';
import type { Decision } from '../../core/model/decision.ts';
import type { WorkerRecord, WorkerState } from '../../core/model/worker.ts';

describe('the holds among decisions', () => {
  const owner = { of: 'fleet', name: 'default' } as const;
  const decided = (at: number, kind: 'rest' | 'hold', source: 'panda' | 'pool' = 'panda'): Decision => ({
    ...{ of: 'workers', fleet: 'default', at, kind, counts: {} },
    why: [{ kind: 'source-unknown', source, words: `at ${at}` }],
  });
  const spans = (decisions: readonly Decision[]) =>
    holdsIn(owner, decisions).map(({ from, to }) => [from, to]);

  it.each<[string, readonly Decision[], readonly (readonly (number | undefined)[])[]]>([
    ['none', [decided(1, 'rest')], []],
    ['one goes on until the next decision', [decided(1, 'hold'), decided(5, 'rest')], [[1, 5]]],
    [
      'one that is written again, by another container, is one',
      [decided(1, 'hold'), decided(3, 'hold'), decided(5, 'rest')],
      [[1, 5]],
    ],
    [
      'another cause is another hold',
      [decided(1, 'hold'), decided(3, 'hold', 'pool'), decided(5, 'rest')],
      [
        [1, 3],
        [3, 5],
      ],
    ],
    ['the last may go on', [decided(1, 'rest'), decided(3, 'hold')], [[3, undefined]]],
  ])('%s', (_, decisions, expected) => {
    expect(spans(decisions)).toEqual(expected);
  });
});

describe('the life of a worker', () => {
  const life = (
    state: WorkerState,
    goneAt?: number,
    sleeps: readonly (readonly [number, number])[] = [],
  ): Life => ({
    goneAt,
    record: {
      instanceId: 'i-1',
      fleet: 'default',
      launchId: 'default.1.0',
      offer: { flavour: 'm6i.large', zone: 'a', market: 'on-demand' },
      offers: { cpus: 2, memoryMb: 7000, diskMb: 1, gpus: 0 },
      launchedAt: 1000,
      state,
      sleeps: sleeps.map(([from, to]) => [from, to]),
    } as WorkerRecord,
  });
  const joined: WorkerState = { kind: 'joined', joinedAt: 1100 };

  it.each<[string, Life, { readonly on: number; readonly asleep: number }]>([
    ['on all the time', life(joined), { on: 1000, asleep: 0 }],
    ['gone before the end', life(joined, 1500), { on: 500, asleep: 0 }],
    ['asleep in between', life(joined, undefined, [[1200, 1600]]), { on: 600, asleep: 400 }],
    ['asleep now', life({ kind: 'asleep', since: 1700 }), { on: 700, asleep: 300 }],
    [
      'ended in its sleep',
      life({ kind: 'retiring', since: 1790, cause: { kind: 'fleet-drained' }, asleepSince: 1700 }, 1800),
      { on: 700, asleep: 100 },
    ],
    ['gone in its sleep', life({ kind: 'asleep', since: 1700 }, 1800), { on: 700, asleep: 100 }],
    [
      'ended in its sleep',
      life(
        {
          ...{ kind: 'retiring', since: 1790, asleepSince: 1700 },
          cause: { kind: 'asleep-too-long', seconds: 90 },
        },
        1800,
      ),
      { on: 700, asleep: 100 },
    ],
  ])('%s', (_, of, times) => {
    expect(timesOf(of, [1000, 2000])).toEqual(times);
    const halves = [timesOf(of, [1000, 1450]), timesOf(of, [1450, 2000])];
    expect(halves.reduce((sum, { on }) => sum + on, 0)).toBe(times.on);
    expect(halves.reduce((sum, { asleep }) => sum + asleep, 0)).toBe(times.asleep);
  });

  it('has as many wakes as it was woken, and not those that came to nothing', () => {
    const sleeps = [
      [1200, 1300],
      [1400, 1500],
    ] as const;
    expect(wakesOf(life(joined, undefined, sleeps))).toEqual([1300, 1500]);
    expect(wakesOf(life({ kind: 'asleep', since: 1500, refusedAt: 1500 }, undefined, sleeps))).toEqual([
      1300,
    ]);
  });

  const never = { kind: 'never-joined', limitSeconds: 900 } as const;
  it.each<[string, Life, readonly [useless: boolean, joined: boolean]]>([
    ['it boots', life({ kind: 'booting' }), [false, false]],
    ['it has joined', life(joined), [false, true]],
    [
      'it has gone as it should',
      life({ kind: 'retiring', since: 1, cause: { kind: 'drained' } }, 1500),
      [false, true],
    ],
    ['it never joined', life({ kind: 'retiring', since: 1, cause: never }, 1500), [true, false]],
    [
      'it joined, and did not after it was woken',
      life({ kind: 'retiring', since: 1, cause: never }, 1500, [[1200, 1300]]),
      [false, true],
    ],
    ['it has failed', life({ kind: 'failed', at: 1500, cause: never }, 1500), [true, false]],
    [
      'it was drained before it joined',
      life({ kind: 'draining', since: 1, cause: { kind: 'fleet-drained' }, unjoined: true }, 1500),
      [true, false],
    ],
  ])('came to something, or not: %s', (_, of, [useless, hasBeen]) => {
    expect([isUseless(of), hasJoined(of)]).toEqual([useless, hasBeen]);
  });
});

it.each<[string, string, number, string]>([
  ['state', 'drain', 0, 'nothing is launched, and no worker is on that has to drain'],
  [
    'state',
    'drain',
    1,
    'nothing is launched, and what is on drains: 1 worker, which ends when its last job does, or at its drain-deadline-seconds',
  ],
  ['state', 'paused', 0, 'nothing is launched, and no worker is on'],
  ['state', 'paused', 2, 'nothing is launched; what is on goes on: 2 workers'],
  [
    'mode',
    'shadow',
    1,
    'no machine is launched, woken, drained or ended; aerie why says which would be; what is on is left alone: 1 worker, which ends or sleeps by itself when nothing claims it',
  ],
])('%s=%s with %d workers on says: %s', (knob, to, on, expected) => {
  const joined = { fleet: 'default', state: { kind: 'joined', joinedAt: 1 } } as WorkerRecord;
  const workers = Array.from({ length: on }, () => joined);
  const view = { workers, launches: [], submissions: {}, cooling: [], pilotsEver: {} };
  expect(effectOf({ owner: { of: 'fleet', name: 'default' }, from: undefined, knob, to }, view)).toBe(
    expected,
  );
});

it('a change of what workers are told at their launch is for those that are launched, and not for those that wake', () => {
  const change = { owner: { of: 'fleet', name: 'default' }, from: undefined, to: '300' } as const;
  const view = { workers: [], launches: [], submissions: {}, cooling: [], pilotsEver: {} };
  expect(effectOf({ ...change, knob: 'linger-seconds' }, view)).toBe(
    'for workers that are launched from then on',
  );
});

describe('where the twin is', () => {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const twin = (port: number) => ({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    endpoints: {
      cloudwatch: at(port),
      dynamodb: at(port),
      ec2: at(port),
      lambda: at(port),
      sqs: at(port),
      ssm: at(port),
    },
  });
  let folder: string;
  let env: { readonly XDG_RUNTIME_DIR: string };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'aerie-test-'));
    env = { XDG_RUNTIME_DIR: folder };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is known while it runs, and not after', () => {
    expect(readTwin(env)).toBeUndefined();
    const forget = writeTwin(twin(1), env);
    expect(readTwin(env)).toMatchObject(twin(1));
    forget();
    expect(readTwin(env)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is the one that began last; the end of another changes nothing', () => {
    const forgetFirst = writeTwin(twin(1), env);
    const forgetSecond = writeTwin(twin(2), env);
    forgetFirst();
    expect(readTwin(env)).toMatchObject(twin(2));
    forgetSecond();
  });

  it('is not believed of a process that is gone, nor of another host', () => {
    const forget = writeTwin(twin(1), env);
    const file = join(folder, 'aerie/twin.json');
    writeFileSync(file, JSON.stringify({ ...twin(1), pid: 2 ** 30 }));
    expect(readTwin(env)).toBeUndefined();
    const elsewhere = { ...twin(1).endpoints, ssm: 'http://ssm.example.org' };
    writeFileSync(file, JSON.stringify({ ...twin(1), pid: process.pid, endpoints: elsewhere }));
    expect(readTwin(env)).toBeUndefined();
    forget();
    expect(existsSync(file)).toBe(true);
  });
});
