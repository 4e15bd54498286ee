import { describe, expect, it } from 'vitest';
import type { Resources } from '../../../core/model/resources.ts';
import type { WorkerRecord, WorkerState } from '../../../core/model/worker.ts';
import { isSmaller, seenRooms } from '../../../core/observe/seen-rooms.ts';
import { planWorkers } from '../planning.ts';
import {
  type Given,
  inLedger,
  inPool,
  JOINED,
  LARGE,
  NARROW,
  NOW,
  only,
  openLaunch,
  pilots,
  STAGE,
  workerWorld,
} from '../worlds.ts';

const SMALL_DISK: Resources = { ...LARGE, diskMb: 4000 };
const room = (given: Partial<Resources> = {}, flavour = 'm6i.large') => ({
  flavour,
  total: { ...LARGE, ...given },
});

describe('the room of a flavour', () => {
  it.each<readonly [string, readonly Partial<Resources>[], Partial<Resources> | undefined]>([
    ['is that of the one worker that was seen', [{ memoryMb: 7600 }], { memoryMb: 7600 }],
    ['is the least of those that are alike', [{ memoryMb: 7600 }, { memoryMb: 7700 }], { memoryMb: 7600 }],
    ['is not known where one says this and one that', [{ memoryMb: 7600 }, { memoryMb: 3000 }], undefined],
    [
      'is what most agree on, and not that of an odd one',
      [{ memoryMb: 7600 }, { diskMb: 4000 }, { memoryMb: 7700 }],
      { memoryMb: 7600 },
    ],
    ['is not that of an odd one that is larger', [{}, {}, { memoryMb: 16_000 }], {}],
    ['is what most have who have lost something', [{ gpus: 1 }, {}, {}], { gpus: 0 }],
    ['is not that of one that has lost its GPU', [{ gpus: 1 }, { gpus: 1 }, {}], { gpus: 1 }],
    [
      'is that of two in four, as long as the others are alike to them',
      [{}, {}, { memoryMb: 7400 }, { memoryMb: 7400 }],
      { memoryMb: 7400 },
    ],
    [
      'is not that of two in four that are less than the others by far',
      [{}, {}, { memoryMb: 3000 }, { memoryMb: 3000 }],
      undefined,
    ],
  ])('%s', (_, seen, expected) => {
    const rooms = seenRooms(seen.map((of) => room(of)));
    expect([...rooms].map(([flavour, of]) => [flavour, of.room])).toEqual(
      expected === undefined ? [] : [['m6i.large', { ...LARGE, ...expected }]],
    );
  });

  it.each([
    [true, 'one', [room()]],
    [false, 'two that are the same', [room(), room()]],
    [false, 'two that are alike', [room(), room({ memoryMb: 7400 })]],
  ] as const)('is one machine’s alone, %s, where it is seen of %s', (isAlone, _, seen) => {
    expect(seenRooms(seen).get('m6i.large')?.isAlone).toBe(isAlone);
  });

  it.each<readonly [string, Partial<Resources>, boolean]>([
    ['as much', {}, false],
    ['some MB less', { memoryMb: 6750, diskMb: 90_000 }, false],
    ['a tenth less memory', { memoryMb: 6749 }, true],
    ['a tenth less disk', { diskMb: 89_999 }, true],
    ['a core less', { cpus: 1 }, true],
    ['no GPU', { gpus: 0 }, true],
    ['more of all', { cpus: 4, memoryMb: 9000, diskMb: 200_000, gpus: 4 }, false],
  ])('is smaller than its like with %s, or not', (_, given, expected) => {
    const like = { ...LARGE, gpus: 2 };
    expect(isSmaller({ ...like, ...given }, like)).toBe(expected);
  });

  it('is known of each flavour by itself', () => {
    expect([...seenRooms([room(), room({ memoryMb: 3600 }, 'c6i.large')]).keys()]).toEqual([
      'm6i.large',
      'c6i.large',
    ]);
  });
});

const ids = ['i-00000001', 'i-00000002'] as const;
const twenty: Given = { activated: 20, pilots: pilots({ idle: 20 }), knobs: { flavours: 'm6i.large' } };
const full = { free: { ...LARGE, cpus: 0 }, busy: 2, idleSince: null };
const small = { total: SMALL_DISK, free: SMALL_DISK };

const launched = (given: Given): number => {
  const decision = only(planWorkers(workerWorld({ ...twenty, ...given })));
  if (decision.kind !== 'act') return 0;
  const { launches, wakes = [] } = decision;
  return launches.reduce((n, { request }) => n + request.count, wakes.length);
};

describe('one odd machine', () => {
  const workers = ids.map((id) => inLedger(id, JOINED));
  const smaller = (total: Partial<Resources>): Given => ({
    workers: [inLedger(ids[0], JOINED)],
    pool: [
      inPool(ids[0], {
        ...full,
        total: { ...LARGE, ...total },
        free: { ...LARGE, ...total, cpus: 0, memoryMb: 0 },
      }),
    ],
  });
  it.each<readonly [string, Given]>([
    ['that is the only one, with less than half of the memory', smaller({ memoryMb: 3000 })],
    ['that is the only one, with half of the cores', smaller({ cpus: 1 })],
    ['that is the only one, with room on its disk for one pilot', smaller({ diskMb: 12_000 })],
    ['with a scratch of 4 GB', { workers, pool: [inPool(ids[0], full), inPool(ids[1], small)] }],
    [
      'with less than half of the memory',
      {
        workers,
        pool: [
          inPool(ids[0], full),
          inPool(ids[1], {
            ...full,
            total: { ...LARGE, memoryMb: 3000 },
            free: { ...LARGE, cpus: 0, memoryMb: 0 },
          }),
        ],
      },
    ],
    [
      'of an older template, that drains with its job',
      {
        workers: [
          inLedger(
            ids[0],
            {
              kind: 'draining',
              since: NOW - 60,
              cause: { kind: 'template-replaced', version: '2', newVersion: '3' },
            },
            { template: { ...STAGE.template, version: '2' }, offers: SMALL_DISK },
          ),
        ],
        pool: [inPool(ids[0], { ...small, busy: 1, idleSince: null, draining: true })],
      },
    ],
    [
      'that EC2 takes back',
      {
        workers: [
          inLedger(ids[0], { kind: 'retiring', since: NOW - 60, cause: { kind: 'spot-interruption' } }),
        ],
        pool: [inPool(ids[0], small)],
      },
    ],
    [
      'of which nobody knows the template',
      { workers: workers.slice(0, 1).map(({ template: _, ...of }) => of), pool: [inPool(ids[0], small)] },
    ],
    [
      'that drains',
      { workers: [inLedger(ids[0], JOINED)], pool: [inPool(ids[0], { ...small, draining: true })] },
    ],
  ])('is not the law for its kind: %s', (_, given) => {
    expect(launched(given)).toBe(10);
  });

  it('is the law for its kind once another one is as small', () => {
    const [one, other] = ids.map((id) =>
      smaller({ memoryMb: 3000 }).pool?.map((of) => ({ ...of, instanceId: id })),
    );
    expect(launched({ workers, pool: [...(one ?? []), ...(other ?? [])] })).toBe(18);
  });

  it('is told of, once for all that are small', () => {
    const pool = ids.map((id) => inPool(id, small));
    const decision = only(planWorkers(workerWorld({ workers, pool })));
    expect(decision.why).toContainEqual({
      kind: 'workers-small',
      workers: 2,
      instanceId: ids[0],
      flavour: 'm6i.large',
      has: SMALL_DISK,
      expected: LARGE,
    });
    expect(decision.counts.workersSmall).toBe(2);
  });
});

describe('a flavour whose machines all turn out too small', () => {
  const measured = (launchedAt: number): Given => ({
    workers: [inLedger(ids[0], JOINED, { launchedAt })],
    pool: [inPool(ids[0], small)],
  });

  /** Besides, another was woken ten minutes ago. */
  const woken = (state: WorkerState): Given => {
    const sleeps: WorkerRecord['sleeps'] = [[NOW - 9000, NOW - 600]];
    const { workers = [], ...given } = measured(NOW - 3600);
    return { ...given, workers: [...workers, inLedger(ids[1], state, { launchedAt: NOW - 20_000, sleeps })] };
  };

  it('is tried with one machine, because its type should hold the pilots', () => {
    expect(launched(measured(NOW - 3600))).toBe(1);
    const decision = only(planWorkers(workerWorld({ ...twenty, ...measured(NOW - 3600) })));
    expect(decision.why).toContainEqual({
      kind: 'fits-no-flavour',
      pilots: 20,
      cpus: NARROW.cpus,
      memoryMb: NARROW.memoryMb,
      canary: true,
    });
  });

  it.each<readonly [string, Partial<WorkerRecord>]>([
    ['of an older template', { template: { ...STAGE.template, version: '2' } }],
    ['that was launched half an hour ago', { launchedAt: NOW - 1801 }],
  ])('is tried though there is one %s', (_, record) => {
    const { workers = [], ...given } = measured(NOW - 3600);
    const other = inLedger(ids[1], { kind: 'asleep', since: NOW - 120 }, { launchedAt: NOW - 60, ...record });
    expect(launched({ ...given, workers: [...workers, other] })).toBe(1);
  });

  it.each<readonly [string, Given]>([
    ['one was launched within half an hour', measured(NOW - 1799)],
    ['one was woken within half an hour', woken(JOINED)],
    ['one was, and sleeps again', woken({ kind: 'asleep', since: NOW - 120 })],
    ['a launch of it is open', { ...measured(NOW - 3600), launches: [openLaunch(1)] }],
  ])('is not tried again while %s', (_, given) => {
    expect(launched(given)).toBe(0);
  });
});
