import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WorkerState } from '../../../core/model/worker.ts';
import {
  LIFE,
  type LifeEvent,
  type LifeState,
  leadsTo,
  next,
  type WorkerEvent,
} from '../../../core/write/life.ts';

const STATES = Object.keys(LIFE) as LifeState[];
const EVENTS = [...new Set(STATES.flatMap((state) => Object.keys(LIFE[state])))] as LifeEvent[];

describe('the table of a worker’s life', () => {
  it('can be gone through from the intent to every state', () => {
    const reached = new Set<LifeState>(['intended']);
    for (const state of reached) {
      for (const event of EVENTS) {
        const to = leadsTo(state, event);
        if (to !== undefined) reached.add(to);
      }
    }
    expect([...reached].sort()).toEqual([...STATES].sort());
  });

  it('has a way to the end from everywhere, and no way back from it', () => {
    const ends = new Set<LifeState>(['gone']);
    for (let before = 0; before < ends.size; ) {
      before = ends.size;
      for (const state of STATES) {
        if (EVENTS.some((event) => ends.has(leadsTo(state, event) ?? state))) ends.add(state);
      }
    }
    expect([...ends].sort()).toEqual([...STATES].sort());
    expect(LIFE.gone).toEqual({});
  });

  it('leads to booting from a launch only, and out of retiring to the end, or to sleep until then', () => {
    const to = (target: LifeState) =>
      STATES.filter((state) => EVENTS.some((event) => leadsTo(state, event) === target));
    expect(to('booting')).toEqual(['requested']);
    expect(new Set(Object.values(LIFE.retiring))).toEqual(new Set(['retiring', 'asleep', 'gone']));
  });
});

const at = fc.integer({ min: 1, max: 1000 });
const cause = fc.constant({ kind: 'drained' } as const);
const anyEvent: fc.Arbitrary<WorkerEvent> = fc.oneof(
  fc.record({ kind: fc.constant('seen' as const), at, joinedAt: at }),
  fc.record({ kind: fc.constant('unseen' as const), at }),
  fc.record({ kind: fc.constant('drained' as const), at, cause }),
  fc.record({ kind: fc.constant('drained' as const), at, cause, surplus: fc.constant(true as const) }),
  fc.record({ kind: fc.constant('drained' as const), at, cause, undated: fc.constant(true as const) }),
  fc.record({ kind: fc.constant('drained' as const), at, cause, again: fc.constant(true as const) }),
  fc.record({ kind: fc.constant('dated' as const), at }),
  fc.record({ kind: fc.constant('undrained' as const), at, joinedAt: at }),
  fc.record({ kind: fc.constant('end-decided' as const), at, cause }),
  fc.record({ kind: fc.constant('ended-asked' as const), at, cause }),
  fc.record({ kind: fc.constant('untaken' as const), at }),
  fc.record({ kind: fc.constant('counted' as const), at }),
  fc.record({ kind: fc.constant('gone' as const), at }),
);

describe('events in any order', () => {
  it('go where the table says, and the same one twice goes nowhere else', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
        let state: WorkerState | 'gone' = { kind: 'booting' };
        for (const event of events) {
          if (state === 'gone') break;
          const from: WorkerState = state;
          const to: WorkerState | 'gone' = next(from, event);
          const kind = to === 'gone' ? 'gone' : to.kind;
          expect([from.kind, leadsTo(from.kind, event.kind)]).toContain(kind);
          if (to !== 'gone' && event.kind !== 'gone') expect(next(to, event)).toBe(to);
          state = to;
        }
      }),
    );
  });
});
