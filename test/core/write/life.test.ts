import { describe, expect, it } from 'vitest';
import type { WorkerState } from '../../../core/model/worker.ts';
import { next, type WorkerEvent } from '../../../core/write/life.ts';

const ASLEEP: WorkerState = { kind: 'asleep', since: 200 };
const BOOTING: WorkerState = { kind: 'booting' };
const JOINED: WorkerState = { kind: 'joined', joinedAt: 100 };
const MISSING: WorkerState = { kind: 'missing', joinedAt: 100, since: 200 };
const DRAINING: WorkerState = { kind: 'draining', since: 300, cause: { kind: 'told', words: 'idle' } };
const RETIRING: WorkerState = { kind: 'retiring', since: 400, cause: { kind: 'drained' } };

const END_DECIDED: WorkerState = { ...RETIRING, pending: true };

const SEEN: WorkerEvent = { kind: 'seen', at: 500, joinedAt: 150 };
const UNSEEN: WorkerEvent = { kind: 'unseen', at: 500 };
const DRAINED: WorkerEvent = { kind: 'drained', at: 500, cause: { kind: 'told', words: 'warned' } };
const DRAINED_AGAIN: WorkerEvent = { ...DRAINED, again: true };
const ENDED: WorkerEvent = { kind: 'ended-asked', at: 500, cause: { kind: 'told', words: 'late' } };
const GONE: WorkerEvent = { kind: 'gone', at: 500 };

const UNTAKEN: WorkerEvent = { kind: 'untaken', at: 500 };
const END_DECIDED_NOW: WorkerEvent = { ...ENDED, kind: 'end-decided' };

const REJOINED: WorkerState = { kind: 'joined', joinedAt: 150 };
const NOW_DRAINING: WorkerState = { kind: 'draining', since: 500, cause: { kind: 'told', words: 'warned' } };
const STOPPING: WorkerEvent = { kind: 'stopping', at: 500 };
const STOPPED: WorkerEvent = { kind: 'stopped', at: 500 };
const NOW_RETIRING: WorkerState = { kind: 'retiring', since: 500, cause: { kind: 'told', words: 'late' } };

const WOKEN: WorkerEvent = { kind: 'woken', at: 500 };
const WAKING: WorkerState = { kind: 'waking', since: 300 };
const UNWOKEN: Extract<WorkerEvent, { kind: 'unwoken' }> = { kind: 'unwoken', at: 500 };
const FAILED: WorkerState = { kind: 'failed', at: 500, cause: { kind: 'ended-before-joining' } };

describe('the life of a worker', () => {
  it.each<readonly [WorkerState, WorkerEvent, WorkerState | 'gone']>([
    [BOOTING, SEEN, REJOINED],
    [BOOTING, UNSEEN, BOOTING],
    [BOOTING, DRAINED, { ...NOW_DRAINING, unjoined: true }],
    [BOOTING, ENDED, NOW_RETIRING],
    [JOINED, SEEN, JOINED],
    [JOINED, UNSEEN, { kind: 'missing', joinedAt: 100, since: 500 }],
    [JOINED, { ...UNSEEN, at: 100 }, JOINED],
    [JOINED, { ...UNSEEN, at: 101 }, { kind: 'missing', joinedAt: 100, since: 101 }],
    [JOINED, DRAINED, NOW_DRAINING],
    [JOINED, ENDED, NOW_RETIRING],
    [MISSING, SEEN, REJOINED],
    [MISSING, UNSEEN, MISSING],
    [MISSING, DRAINED, NOW_DRAINING],
    [MISSING, ENDED, NOW_RETIRING],
    [DRAINING, SEEN, DRAINING],
    [DRAINING, UNSEEN, DRAINING],
    [DRAINING, DRAINED, DRAINING],
    [DRAINING, ENDED, NOW_RETIRING],
    [RETIRING, SEEN, RETIRING],
    [RETIRING, UNSEEN, RETIRING],
    [RETIRING, DRAINED, RETIRING],
    [RETIRING, ENDED, RETIRING],
    [DRAINING, DRAINED_AGAIN, { ...DRAINING, since: 500 }],
    [DRAINING, { ...DRAINED_AGAIN, at: 250 }, DRAINING],
    [RETIRING, DRAINED_AGAIN, RETIRING],
    [END_DECIDED, DRAINED_AGAIN, { ...END_DECIDED, since: 500 }],
    [ASLEEP, ENDED, { ...NOW_RETIRING, asleepSince: 200 }],
    [ASLEEP, END_DECIDED_NOW, { ...NOW_RETIRING, pending: true, asleepSince: 200 }],
    [{ ...END_DECIDED, asleepSince: 200 }, ENDED, { ...RETIRING, since: 500, asleepSince: 200 }],
    [{ ...RETIRING, asleepSince: 200 }, UNTAKEN, { ...END_DECIDED, since: 500, asleepSince: 200 }],
    [BOOTING, GONE, { kind: 'failed', at: 500, cause: { kind: 'ended-before-joining' } }],
    [JOINED, GONE, 'gone'],
    [MISSING, GONE, 'gone'],
    [DRAINING, GONE, 'gone'],
    // Without power it takes no place among those that live, and it is ended all the same.
    [END_DECIDED, STOPPING, { kind: 'asleep', since: 500, stopping: true, cause: RETIRING.cause }],
    [RETIRING, STOPPED, { kind: 'asleep', since: 500, cause: RETIRING.cause }],
    [{ ...END_DECIDED, asleepSince: 200 }, STOPPED, { kind: 'asleep', since: 200, cause: RETIRING.cause }],
    [RETIRING, GONE, 'gone'],
    [ASLEEP, WOKEN, { kind: 'waking', since: 500 }],
    [ASLEEP, { ...WOKEN, kind: 'started' }, { kind: 'waking', since: 500 }],
    [{ ...ASLEEP, failures: 2 }, WOKEN, { kind: 'waking', since: 500, failures: 2 }],
    [ASLEEP, { ...SEEN, joinedAt: 200 }, ASLEEP],
    [ASLEEP, { ...SEEN, joinedAt: 201 }, { kind: 'joined', joinedAt: 201 }],
    [ASLEEP, STOPPED, ASLEEP],
    [{ ...ASLEEP, stopping: true }, STOPPED, ASLEEP],
    [{ ...ASLEEP, refusedAt: 300 }, END_DECIDED_NOW, { ...NOW_RETIRING, pending: true, asleepSince: 200 }],
    [ASLEEP, GONE, 'gone'],
    [WAKING, { ...SEEN, joinedAt: 300 }, WAKING],
    [WAKING, { ...SEEN, joinedAt: 301 }, { kind: 'joined', joinedAt: 301 }],
    [WAKING, UNWOKEN, { kind: 'asleep', since: 300, refusedAt: 500 }],
    [WAKING, { ...UNWOKEN, unasked: true }, { kind: 'asleep', since: 300 }],
    [
      WAKING,
      { ...UNWOKEN, isResized: true },
      { kind: 'asleep', since: 300, refusedAt: 500, isTypeUnknown: true },
    ],
    [WAKING, { ...UNWOKEN, failed: true }, { kind: 'asleep', since: 300, refusedAt: 500, failures: 1 }],
    [
      { ...WAKING, failures: 2 },
      { ...UNWOKEN, failed: true },
      { kind: 'asleep', since: 300, refusedAt: 500, failures: 3 },
    ],
    [{ ...WAKING, failures: 2 }, UNWOKEN, { kind: 'asleep', since: 300, refusedAt: 500, failures: 2 }],
    [WAKING, DRAINED, { ...NOW_DRAINING, unjoined: true }],
    [WAKING, STOPPED, WAKING],
    [{ ...DRAINING, surplus: true }, STOPPED, { kind: 'asleep', since: 500 }],
    [
      DRAINING,
      { kind: 'undrained', at: 500, joinedAt: 90 },
      { kind: 'joined', joinedAt: 90, undrainedAt: 500 },
    ],
    [DRAINING, { ...DRAINED_AGAIN, at: 300 }, DRAINING],
    [DRAINING, { kind: 'dated', at: 500 }, DRAINING],
    [
      { ...DRAINING, undated: true },
      { kind: 'dated', at: 500 },
      { ...DRAINING, since: 500 },
    ],
    [{ ...DRAINING, unjoined: true }, SEEN, DRAINING],
    [JOINED, { ...DRAINED, surplus: true, undated: true }, { ...NOW_DRAINING, surplus: true, undated: true }],
    // One for good makes one of a surplus one, whose drain goes on; not the other way round.
    [{ ...DRAINING, surplus: true }, DRAINED, { ...NOW_DRAINING, since: 300 }],
    [
      { ...DRAINING, surplus: true },
      { ...DRAINED, surplus: true },
      { ...DRAINING, surplus: true },
    ],
    [DRAINING, { ...DRAINED, surplus: true }, DRAINING],
    [DRAINING, STOPPED, { kind: 'asleep', since: 500, cause: DRAINING.cause }],
    [JOINED, STOPPING, { kind: 'asleep', since: 500, stopping: true }],
    [MISSING, STOPPED, { kind: 'asleep', since: 500 }],
    [RETIRING, UNTAKEN, { ...END_DECIDED, since: 500 }],
    [END_DECIDED, UNTAKEN, END_DECIDED],
    [END_DECIDED, ENDED, { ...RETIRING, since: 500 }],
    [RETIRING, END_DECIDED_NOW, RETIRING],
    [BOOTING, GONE, FAILED],
    [BOOTING, { kind: 'refused', at: 500 }, 'gone'],
    [FAILED, { kind: 'counted', at: 600 }, 'gone'],
    [FAILED, GONE, FAILED],
  ])('leads from %j, by %j, to %j', (state, event, expected) => {
    const to = next(state, event);
    expect(to).toStrictEqual(expected);
    if (expected === state) expect(to).toBe(state);
  });

  it('takes every event twice as once', () => {
    for (const state of [BOOTING, JOINED, MISSING, DRAINING, RETIRING]) {
      for (const event of [SEEN, UNSEEN, DRAINED, ENDED]) {
        const once = next(state, event);
        if (once === 'gone') throw new Error('only gone leads out of life');
        expect(next(once, event)).toBe(once);
      }
    }
  });
});
