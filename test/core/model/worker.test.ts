import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lifetimesOf } from '../../../core/learn/accounts.ts';
import {
  afterChange,
  asleepSince,
  comingSince,
  isReclaimed,
  isServing,
  sleptSince,
  type WorkerRecord,
  type WorkerState,
  wokenAt,
} from '../../../core/model/worker.ts';
import { inLedger, LARGE, NOW } from '../worlds.ts';

const ID = 'i-00000001';
const CAUSE = { kind: 'told', words: 'x' } as const;
const JOINED: WorkerState = { kind: 'joined', joinedAt: NOW };
const ASLEEP: WorkerState = { kind: 'asleep', since: 200 };
const WAKING: WorkerState = { kind: 'waking', since: 300 };
const cost = { dollarsPerHour: 1, endsBy: NOW };
const large = { offer: { flavour: 'm6i.large', zone: 'z', market: 'on-demand' }, offers: LARGE } as const;
const slept = (to: WorkerState, given: Partial<WorkerRecord> = {}, as?: Parameters<typeof afterChange>[2]) =>
  afterChange(inLedger(ID, ASLEEP, { launchedAt: 0, cost, ...given }), to, as).sleeps;

describe('the sleeps of a worker', () => {
  it.each<readonly [string, WorkerState, Partial<WorkerRecord>, unknown]>([
    ['end when it is woken', WAKING, {}, [[200, 300]]],
    ['end when it is there unasked', { kind: 'joined', joinedAt: 250 }, {}, [[200, 250]]],
    [
      'come after those before',
      WAKING,
      { sleeps: [[50, 90]] },
      [
        [50, 90],
        [200, 300],
      ],
    ],
    ['go on where the last wake was refused', WAKING, { sleeps: [[50, 200]] }, [[50, 300]]],
    ['go on with what it cost before', WAKING, { sleeps: [[50, 200, 0.5]] }, [[50, 300, 0.5]]],
    ['are as they were while it is asleep', { ...ASLEEP, refusedAt: 9 }, {}, undefined],
    [
      'are as they were while it is ended',
      { kind: 'retiring', since: 300, cause: CAUSE, asleepSince: 200 },
      {},
      undefined,
    ],
  ])('%s', (_, to, given, expected) => expect(slept(to, given)).toEqual(expected));

  it('keep what it cost awake before it was woken as another size', () => {
    const bigger = { ...large, cost: { ...cost, dollarsPerHour: 4 } };
    expect(slept(WAKING, {}, bigger)).toEqual([[200, 300, 1]]);
    expect(slept(WAKING, {}, { ...large, cost })).toEqual([[200, 300]]);
  });
});

/** A time awake and one asleep, seconds. */
const cycle = fc.tuple(fc.integer({ min: 60, max: 9000 }), fc.integer({ min: 1, max: 9000 }));
const prices = fc.constantFrom<readonly number[]>([1], [1, 1, 1, 2], [1, 2, 4], [0.25, 3]);

/** What somebody pays for times, dollars, if disks cost nothing. */
const paid = (of: readonly { dollarsPerHour: number; from: number; to: number }[]): number =>
  of.reduce((sum, { dollarsPerHour, from, to }) => sum + dollarsPerHour * (to - from), 0);

it('no life is too long for its record: the oldest of many sleeps become one, and cost what they did', () => {
  const lives = fc.array(cycle, { minLength: 201, maxLength: 400 });
  fc.assert(
    fc.property(lives, prices, (cycles, costs) => {
      const rate = (n: number) => ({ ...cost, dollarsPerHour: costs[n % costs.length] ?? 1 });
      let worker = inLedger(ID, JOINED, { launchedAt: 0, cost: rate(0) });
      let [now, dollars] = [0, 0];
      for (const [n, [awake, asleep]] of cycles.entries()) {
        dollars += (worker.cost?.dollarsPerHour ?? 0) * awake;
        const since = now + awake;
        now = since + asleep;
        worker = afterChange(worker, { kind: 'asleep', since });
        worker = afterChange(worker, { kind: 'waking', since: now }, { ...large, cost: rate(n + 1) });
      }
      const { cost: last = cost, sleeps = [] } = worker;
      expect(sleeps.length).toBe(200);
      expect(wokenAt(worker)).toBe(now);
      // Without what has just begun.
      const over = lifetimesOf({ ...worker, cost: last }, now, 0).slice(0, -1);
      expect(paid(over)).toBeCloseTo(dollars, 3);
    }),
    { numRuns: 30 },
  );
});

it('one price stands for two sleeps if every one has its own: that of the time awake before each', () => {
  const sleeps = Array.from({ length: 200 }, (_, n): [number, number, number] => {
    const from = NOW + 100 + 200 * n;
    return [from, from + 100, n === 0 ? 1 : 3];
  });
  const woken = afterChange(
    inLedger(ID, { kind: 'asleep', since: NOW + 90_000 }, { launchedAt: NOW, cost, sleeps }),
    { kind: 'waking', since: NOW + 91_000 },
  ).sleeps;
  expect(woken).toHaveLength(200);
  expect(woken?.slice(0, 2)).toEqual([[NOW + 200, NOW + 400, 2], sleeps[2]]);
});

it('the last sleeps stay as they are, whatever is known of their prices', () => {
  const priced = Array.from({ length: 200 }, (_, n): [number, number, number?] => {
    const from = NOW + 100 + 200 * n;
    return n < 198 ? [from, from + 100, 1] : [from, from + 100];
  });
  const woken = slept({ kind: 'waking', since: NOW + 91_000 }, {
    launchedAt: NOW,
    state: { kind: 'asleep', since: NOW + 90_000 },
    sleeps: priced,
  } as Partial<WorkerRecord>);
  expect(woken).toHaveLength(200);
  expect(woken?.slice(-3)).toEqual([...priced.slice(-2), [NOW + 90_000, NOW + 91_000]]);
});

it('a worker is meant for what it was woken for, from then on', () => {
  const asleep = inLedger(ID, ASLEEP, { launchedAt: 0, meantFor: '1c' });
  expect(afterChange(asleep, WAKING, { ...large, meantFor: '8c' })).toMatchObject({
    ...large,
    meantFor: '8c',
  });
  expect(afterChange(asleep, WAKING, large)).toMatchObject({ ...large, meantFor: '1c' });
  expect(afterChange(asleep, WAKING)).toMatchObject({ meantFor: '1c', offer: asleep.offer });
  const priced = { ...asleep, cost };
  const dearer = { ...cost, dollarsPerHour: 4 };
  expect(afterChange(priced, WAKING, { ...large, cost: dearer }).cost).toEqual(dearer);
  expect(afterChange(priced, WAKING, large).cost).toEqual(cost);
  expect(afterChange(asleep, WAKING, large)).not.toHaveProperty('cost');
});

describe('a worker', () => {
  const sleeps = [[50, 90]] as const;
  const slept: WorkerRecord['sleeps'] = sleeps.map(([from, to]) => [from, to]);

  it.each<readonly [string, WorkerRecord, number | undefined, number]>([
    ['boots from its launch on', inLedger(ID, { kind: 'booting' }, { launchedAt: 7 }), undefined, 7],
    ['wakes from its wake on', inLedger(ID, WAKING, { launchedAt: 7 }), 300, 300],
    ['was last woken when its last sleep ended', inLedger(ID, JOINED, { sleeps: slept }), 90, 90],
  ])('%s', (_, worker, woken, since) => {
    expect([wokenAt(worker), comingSince(worker)]).toEqual([woken, since]);
  });

  it.each<readonly [WorkerState, boolean, number | undefined]>([
    [{ kind: 'booting' }, true, undefined],
    [WAKING, true, undefined],
    [JOINED, true, undefined],
    [{ kind: 'missing', joinedAt: 1, since: 2 }, true, undefined],
    [{ kind: 'draining', since: 1, cause: CAUSE }, false, undefined],
    [ASLEEP, false, 200],
    [{ kind: 'retiring', since: 300, cause: CAUSE, asleepSince: 200 }, false, 200],
    [{ kind: 'retiring', since: 300, cause: CAUSE }, false, undefined],
  ])('serves, or has no power: %j', (state, serves, since) => {
    expect([isServing(state), asleepSince(state)]).toEqual([serves, since]);
  });
});

it.each<readonly [string, WorkerState, boolean]>([
  ['drains after a warning', { kind: 'draining', since: 1, cause: { kind: 'spot-interruption' } }, true],
  ['drains after a hint', { kind: 'draining', since: 1, cause: { kind: 'spot-rebalance' } }, true],
  ['is ended for it', { kind: 'retiring', since: 1, cause: { kind: 'spot-interruption' } }, true],
  ['drains for something else', { kind: 'draining', since: 1, cause: CAUSE }, false],
  ['is ended for something else', { kind: 'retiring', since: 1, cause: CAUSE }, false],
  ['fell asleep after a warning', { kind: 'asleep', since: 1, cause: { kind: 'spot-interruption' } }, false],
  ['serves', JOINED, false],
])('EC2 takes a worker back that %s: %#', (_, state, expected) => expect(isReclaimed(state)).toBe(expected));

describe('the sleep that a worker is in', () => {
  it.each<readonly [string, WorkerState, WorkerRecord['sleeps'], number | undefined]>([
    ['began when it fell asleep', ASLEEP, undefined, 200],
    ['began before wakes of it that came to nothing', ASLEEP, [[100, 200]], 100],
    ['is not the one before, from which it woke', ASLEEP, [[100, 150]], 200],
    ['is none while it has power', JOINED, [[100, 200]], undefined],
  ])('%s', (_, state, sleeps, since) => {
    expect(sleptSince({ state, ...(sleeps === undefined ? {} : { sleeps }) })).toBe(since);
  });
});
