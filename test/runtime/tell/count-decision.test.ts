import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../core/model/decision.ts';
import type { Reason } from '../../../core/model/reason.ts';
import { countDecision } from '../../../runtime/tell/count-decision.ts';
import { LARGE, openLaunch } from '../../core/worlds.ts';

const counted = (decision: Decision): Readonly<Record<string, number>> => {
  const sums: Record<string, number> = {};
  countDecision(decision, (name, value) => {
    sums[name] = (sums[name] ?? 0) + value;
  });
  return sums;
};

type Counts = Decision['counts'];

const AS_LARGE = {
  offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' },
  ...{ offers: LARGE, meantFor: '1c' },
} as const;

const ofFleet = (counts: Counts = {}, kind: 'rest' | 'hold' = 'rest'): Decision => ({
  ...{ of: 'workers', kind, fleet: 'gpu', at: 0, why: [], counts },
});
const ofQueue = (counts: Counts = {}, kind: 'rest' | 'hold' = 'rest'): Decision => ({
  ...{ of: 'pilots', kind, queue: 'BNL', at: 0, why: [], counts },
});

it.each<readonly [string, Decision, Readonly<Record<string, number>>]>([
  ['nothing is amiss', ofFleet(), { WorkersNotBelieved: 0, JobsUnmet: 0, FleetsHolding: 0 }],
  ['ads are not believed', ofFleet({ workersDisbelieved: 3 }), { WorkersNotBelieved: 3 }],
  ['an end is refused', ofFleet({ workersUnended: 2 }), { WorkersNotEnded: 2 }],
  ['some sleep on after their time', ofFleet({ workersOverslept: 2 }), { WorkersAsleepTooLong: 2 }],
  ['jobs find no room', ofFleet({ jobsUnplaced: 4 }), { JobsUnmet: 4 }],
  ['its budget is spent', ofFleet({ jobsUnplaced: 4, budgetOver: 1 }), { JobsUnmet: 0, FleetsOverBudget: 1 }],
  ['its budget is nearly spent', ofFleet({ budgetNear: 1 }), { FleetsNearBudget: 1 }],
  ['no flavour holds some jobs', ofFleet({ jobsUnsupported: 7 }), { FleetsUnsupported: 1 }],
  ['it launches from an older template', ofFleet({ olderTemplate: 1 }), { FleetsOnOlderTemplate: 1 }],
  ['a breaker is open', ofFleet({ breakersOpen: 2 }), { FleetsBraked: 1 }],
  ['it holds', ofFleet({}, 'hold'), { FleetsHolding: 1 }],
])('a fleet of which %s is counted', (_, decision, expected) => {
  expect(counted(decision)).toMatchObject(expected);
});

it('a fleet in shadow keeps nobody waiting, whatever keeps it back besides', () => {
  const shadow: Reason = {
    ...{
      kind: 'fleet-in-shadow' as const,
      launches: [],
      wake: 0,
      letSleep: 0,
      undrain: 0,
      drain: 0,
      terminate: 0,
    },
  };
  const counts = { jobsUnplaced: 4, breakersOpen: 1, workersUnended: 2, budgetNear: 1 };
  expect(counted(ofFleet(counts))).toMatchObject({ JobsUnmet: 4, FleetsBraked: 1 });
  const none = { JobsUnmet: 0, FleetsOverBudget: 0, FleetsBraked: 0 };
  const still = { WorkersNotEnded: 2, FleetsNearBudget: 1 };
  expect(counted({ ...ofFleet(counts), why: [shadow] })).toMatchObject({ ...none, ...still });
  expect(counted({ ...ofFleet({ ...counts, budgetOver: 1 }), why: [shadow] })).toMatchObject(none);
});

describe('a fleet and a queue', () => {
  it.each([
    ['that hold', ofFleet({}, 'hold'), ofQueue({}, 'hold'), 'Holding'],
    ['that are braked', ofFleet({ breakersOpen: 1 }), ofQueue({ breakersOpen: 1 }), 'Braked'],
  ] as const)('%s are counted apart', (_, fleet, queue, what) => {
    expect(counted(fleet)).toMatchObject({ [`Fleets${what}`]: 1 });
    expect(counted(fleet)).not.toHaveProperty(`Queues${what}`);
    expect(counted(queue)).toMatchObject({ [`Queues${what}`]: 1 });
    expect(counted(queue)).not.toHaveProperty(`Fleets${what}`);
  });
});

it.each([
  ['launches', { launches: [{ request: openLaunch(2).request, offers: LARGE }] }],
  ['wakes', { wakes: [{ ...AS_LARGE, instanceId: 'i-1' }] }],
])('a fleet that %s has no job unmet', (_, given) => {
  const act: Decision = {
    ...{ of: 'workers', kind: 'act', fleet: 'gpu', at: 0, why: [], counts: { jobsUnplaced: 4 } },
    ...{ launches: [], retirements: [], ...given },
  };
  expect(counted(act)).toMatchObject({ JobsUnmet: 0 });
});

it('workers that are given up because they never joined are counted, when it is first tried', () => {
  const never = { kind: 'never-joined', limitSeconds: 900 } as const;
  const end = (cause: Reason, more: object = {}) => ({
    ...{ instanceId: 'i-1', step: 'terminate' as const, cause, ...more },
  });
  const retirements = [end(never), end(never, { again: true }), end({ kind: 'drained' })];
  const decision: Decision = {
    ...{ of: 'workers', kind: 'act', fleet: 'gpu', at: 0, why: [], counts: {}, launches: [], retirements },
  };
  expect(counted(decision)).toMatchObject({ WorkersNeverJoined: 1 });
  expect(counted(ofFleet())).not.toHaveProperty('WorkersNeverJoined');
});

it.each([
  ['none', ofFleet(), ofQueue()],
  ['jobs that no flavour holds', ofFleet({ jobsUnsupported: 0 }), ofQueue({ breakersOpen: 0 })],
])('what is not amiss is counted as 0, with %s', (_, fleet, queue) => {
  for (const sums of [counted(fleet), counted(queue)])
    expect(new Set(Object.values(sums))).toEqual(new Set([0]));
});

it.each<readonly [string, Reason, number]>([
  ['ends', { kind: 'credential-ends', leftSeconds: 1 }, 1],
  ['ends before its worker', { kind: 'tokens-end-first', tokenSeconds: 1, lifeSeconds: 2 }, 1],
  ['is no matter', { kind: 'queue-paused' }, 0],
])('a queue whose credential %s is counted', (_, reason, count) => {
  expect(counted({ ...ofQueue(), why: [{ kind: 'queue-paused' }, reason] })).toMatchObject({
    QueuesWithEndingCredential: count,
  });
  expect(counted({ ...ofFleet(), why: [reason] })).not.toHaveProperty('QueuesWithEndingCredential');
});
