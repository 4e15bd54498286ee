import { describe, expect, it } from 'vitest';
import {
  afterChange,
  asleepSince,
  comingSince,
  isServing,
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
