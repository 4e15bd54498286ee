import { describe, expect, it } from 'vitest';
import type { Instance } from '../../../core/model/instance.ts';
import type { WorkerState } from '../../../core/model/worker.ts';
import { applied, doubtful, joinedOf, reconcileCloud, reconcilePool } from '../../../core/write/reconcile.ts';
import { inLedger, inPool, JOINED, NOW, poolView } from '../worlds.ts';

const ID = 'i-00000001';
const DRAINING: WorkerState = { kind: 'draining', since: NOW - 100, cause: { kind: 'told', words: 'x' } };
const RETIRING: WorkerState = { kind: 'retiring', since: NOW - 301, cause: { kind: 'told', words: 'x' } };
const MISSING: WorkerState = { kind: 'missing', joinedAt: NOW - 3000, since: NOW - 100 };

const WITHOUT = poolView([]);
const WITH = poolView([], [inPool(ID, { joinedAt: NOW - 50 })]);

describe("the pool's view", () => {
  it.each([
    ['a booting worker joins', { kind: 'booting' }, WITH, { kind: 'joined', joinedAt: NOW - 50 }],
    [
      'a joined worker goes missing',
      JOINED,
      WITHOUT,
      { kind: 'missing', joinedAt: NOW - 3000, since: NOW - 10 },
    ],
    ['a missing worker is back', MISSING, WITH, { kind: 'joined', joinedAt: NOW - 50 }],
  ] as const)('shows that %s', (_, state, view, to) => {
    const worker = inLedger(ID, state);
    expect(reconcilePool([worker], view)).toEqual([{ worker, to }]);
  });

  it('dates a drain that an event has ordered, whenever that happened', () => {
    const worker = inLedger(ID, { ...DRAINING, undated: true });
    for (const view of [WITH, WITHOUT]) {
      expect(reconcilePool([worker], view, NOW)).toEqual([{ worker, to: { ...DRAINING, since: NOW } }]);
    }
  });

  it.each([
    [{ kind: 'booting' }, WITHOUT],
    [JOINED, WITH],
    [MISSING, WITHOUT],
    [DRAINING, WITH],
    [DRAINING, WITHOUT],
    [RETIRING, WITH],
  ] as const)('changes nothing for a worker that is %j already', (state, view) => {
    expect(reconcilePool([inLedger(ID, state)], view)).toEqual([]);
  });
});

describe('a boot has come to a good end', () => {
  const joined: WorkerState = { kind: 'joined', joinedAt: NOW - 50 };

  it.each<readonly [string, WorkerState, WorkerState | 'gone', boolean]>([
    ['when its machine joins', { kind: 'booting' }, joined, true],
    ['when its machine wakes and joins', { kind: 'waking', since: NOW - 90 }, joined, true],
    ['and not when it ends', { kind: 'booting' }, 'gone', false],
    ['and not when it drains', { kind: 'booting' }, DRAINING, false],
    ['and not when one is back that was missing', MISSING, joined, false],
  ])('%s', (_, state, to, isJoined) => {
    const worker = inLedger(ID, state);
    expect(joinedOf([{ worker, to }])).toEqual(
      isJoined ? [{ worker, joined: true, joinedAt: NOW - 50 }] : [],
    );
  });
});

describe('EC2 is asked about', () => {
  it.each<readonly [string, WorkerState, boolean]>([
    ['a missing worker', MISSING, true],
    ['a draining worker that is out of the pool', DRAINING, true],
    ['a worker whose end was asked for minutes ago', RETIRING, true],
    ['no worker whose end was asked for just now', { ...RETIRING, since: NOW - 300 }, false],
    ['a worker that should have joined by now', { kind: 'booting' }, true],
    ['no joined worker', JOINED, false],
    ['a worker that should have stopped by now', { kind: 'asleep', since: NOW - 91, stopping: true }, true],
    ['no worker that has just begun to stop', { kind: 'asleep', since: NOW - 90, stopping: true }, false],
    ['no worker that sleeps', { kind: 'asleep', since: NOW - 9000 }, false],
    ['a worker that should be awake by now', { kind: 'waking', since: NOW - 181 }, true],
    ['no worker that has just been woken', { kind: 'waking', since: NOW - 180 }, false],
    ['no worker that was given up', { kind: 'failed', at: NOW - 9000, cause: { kind: 'drained' } }, false],
  ])('%s', (_, state, asked) => {
    expect(doubtful([inLedger(ID, state)], WITHOUT, NOW)).toEqual(asked ? [ID] : []);
  });

  it.each([
    [420, []],
    [421, [ID]],
  ])('a worker that boots, after minutes: at %i s', (age, asked) => {
    const worker = inLedger(ID, { kind: 'booting' }, { launchedAt: NOW - age });
    expect(doubtful([worker], WITHOUT, NOW)).toEqual(asked);
  });

  it.each([
    [300, []],
    [301, ['os-1']],
  ])('a machine of another cloud that wakes, later: after %i s', (age, asked) => {
    const worker = inLedger('os-1', { kind: 'waking', since: NOW - age });
    expect(doubtful([worker], WITHOUT, NOW)).toEqual(asked);
  });

  it.each([
    ['booting', { kind: 'booting' } as const],
    ['waking', { kind: 'waking', since: NOW - 999 } as const],
    ['draining', DRAINING],
    ['missing', MISSING],
  ])('no %s worker that the pool sees', (_, state) => {
    expect(doubtful([inLedger(ID, state)], WITH, NOW)).toEqual([]);
  });
});

it.each([
  [300, false],
  [301, true],
])(
  'another cloud is asked about a wake after %i s, for a proxy may have held the request: %s',
  (seconds, asked) => {
    const worker = inLedger('os-1', { kind: 'waking', since: NOW - seconds });
    expect(doubtful([worker], WITHOUT, NOW)).toEqual(asked ? ['os-1'] : []);
  },
);

it('no cloud is asked about a worker that wakes and is in the pool', () => {
  expect(doubtful([inLedger(ID, { kind: 'waking', since: NOW - 900 })], WITH, NOW)).toEqual([]);
});

describe('boots that have come to a good end', () => {
  const to = { kind: 'joined', joinedAt: NOW - 50 } as const;
  const [booting, waking, missing] = (
    [{ kind: 'booting' }, { kind: 'waking', since: NOW - 90 }, MISSING] as const
  ).map((state) => inLedger(ID, state));
  if (booting === undefined || waking === undefined || missing === undefined)
    throw new Error('three were made');

  it.each([
    ['one that booted and has joined', { worker: booting, to }, true],
    ['one that woke and has joined', { worker: waking, to }, true],
    ['none that was there before', { worker: missing, to }, false],
    ['none that is gone', { worker: booting, to: 'gone' as const }, false],
    ['none that drains', { worker: booting, to: DRAINING }, false],
  ])('are %s', (_, change, isOne) => {
    expect(joinedOf([change])).toEqual(
      isOne ? [{ worker: change.worker, joined: true, joinedAt: NOW - 50 }] : [],
    );
  });
});

describe("EC2's answer", () => {
  const worker = inLedger(ID, MISSING);
  const instance = (state: Instance['state']) => ({
    instanceId: ID,
    state,
    launchedAt: worker.launchedAt,
    offer: worker.offer,
    tags: {},
  });

  it.each<readonly [Instance['state'], boolean]>([
    ['pending', false],
    ['running', false],
    ['shutting-down', true],
    ['terminated', true],
  ])('%s means that a worker has ended: %j', (state, ended) => {
    const changes = reconcileCloud([worker], [ID], [instance(state)], NOW);
    expect(changes).toEqual(ended ? [{ worker, to: 'gone' }] : []);
  });

  it.each<readonly [WorkerState, Instance['state'], WorkerState]>([
    [MISSING, 'stopping', { kind: 'asleep', since: NOW, stopping: true }],
    [MISSING, 'stopped', { kind: 'asleep', since: NOW }],
    [{ kind: 'asleep', since: NOW - 60, stopping: true }, 'stopped', { kind: 'asleep', since: NOW - 60 }],
    [{ kind: 'asleep', since: NOW - 60, stopping: true }, 'running', { kind: 'waking', since: NOW }],
    [
      { kind: 'waking', since: NOW - 90 },
      'stopped',
      { kind: 'asleep', since: NOW - 90, refusedAt: NOW, failures: 1 },
    ],
    [
      { kind: 'waking', since: NOW - 90, failures: 1 },
      'stopped',
      { kind: 'asleep', since: NOW - 90, refusedAt: NOW, failures: 2 },
    ],
  ])('shows that one %j is %s: %j', (state, is, to) => {
    const worker = inLedger(ID, state);
    expect(reconcileCloud([worker], [ID], [instance(is)], NOW)).toEqual([{ worker, to }]);
  });

  it.each([
    ['has ended', 601, true],
    ['may not be known yet, when it is young', 600, false],
  ])('without a worker means that it %s', (_, age, ended) => {
    const unknown = { ...worker, launchedAt: NOW - age };
    expect(reconcileCloud([unknown], [ID], [], NOW)).toHaveLength(ended ? 1 : 0);
  });

  it('says nothing of a worker that was not asked about', () => {
    expect(reconcileCloud([worker], ['i-00000002'], [instance('terminated')], NOW)).toEqual([]);
  });
});

describe('changes', () => {
  it('are applied to the workers they are about, and those that are gone drop out', () => {
    const [one, two, three] = ['i-00000001', 'i-00000002', 'i-00000003'].map((id) => inLedger(id, JOINED));
    if (one === undefined || two === undefined || three === undefined) throw new Error('there are three');
    expect(
      applied(
        [one, two, three],
        [
          { worker: one, to: 'gone' },
          { worker: three, to: DRAINING },
        ],
      ),
    ).toEqual([two, { ...three, state: DRAINING }]);
  });
});
