import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../core/model/decision.ts';
import { statesRequest } from '../../../core/model/pool.ts';
import { poolStates } from '../../../core/tell/pool-states.ts';

const of = { at: 1, counts: {}, why: [] } as const;
const capped = { kind: 'capped-by-fleet', workers: 3 } as const;

const DECISIONS: readonly Decision[] = [
  { of: 'pilots', queue: 'Q', kind: 'rest', ...of },
  {
    of: 'pilots',
    queue: 'HELD',
    kind: 'hold',
    ...of,
    why: [{ kind: 'collector-young', youngSeconds: 5 } as never],
  },
  { of: 'workers', fleet: 'f', kind: 'rest', ...of, why: [capped as never] },
];

describe('what the users of a pool are told of decisions', () => {
  it('is when the next machine of a fleet comes, and of no queue that has its name', () => {
    const rest: Decision = { of: 'pilots', queue: 'f', kind: 'rest', ...of };
    expect(poolStates([rest], new Map([['f', 70]]))).toEqual([{ of: 'queue', name: 'f', state: 'idle' }]);
    const fleet: Decision = { of: 'workers', fleet: 'f', kind: 'rest', ...of };
    expect(poolStates([fleet])).toEqual([{ of: 'fleet', name: 'f', state: 'idle' }]);
  });

  it('is that it acts, or that all has its place', () => {
    const waiting = { kind: 'jobs-waiting', pilots: 2, plainJobs: 0, onJoined: 1, onBooting: 1 } as const;
    const met: Decision = { of: 'workers', fleet: 'f', kind: 'rest', ...of, why: [waiting] };
    const wakes = [{ instanceId: 'i-1' } as never];
    const acting: Decision = { ...met, kind: 'act', launches: [], retirements: [], wakes };
    expect(poolStates([met, acting]).map(({ state }) => state)).toEqual(['met', 'acting']);
  });

  it('is a state, and the sentence of what limits', () => {
    const states = poolStates(DECISIONS, new Map([['f', 70]]));
    expect(states).toEqual([
      { of: 'queue', name: 'Q', state: 'idle' },
      { of: 'queue', name: 'HELD', state: 'held', limit: expect.any(String) },
      { of: 'fleet', name: 'f', state: 'limited', limit: expect.any(String), machineAt: 70 },
    ]);
    expect(statesRequest.safeParse({ stage: 'prod', states }).success).toBe(true);
  });
});
