import { describe, expect, it } from 'vitest';
import type { Sight } from '../../../cli/stage/sight.ts';
import { countsOf } from '../../../cli/verbs/status.ts';
import type { Decision } from '../../../core/model/decision.ts';

const NOW = 10_000;
const sight = (leaseAt: number, hasQueueMetrics = true) =>
  ({ now: NOW, hasQueueMetrics, past: { lease: async () => ({ at: leaseAt }) } }) as unknown as Sight;
const decided = (at: number): Decision => ({
  ...{ of: 'pilots', queue: 'Q', kind: 'rest', why: [], at },
  counts: { jobsReady: 4, pilotsWaiting: 3, pilotsRunning: 41 },
});
const REST = { jobsReady: 0, pilotsWaiting: 0, pilotsRunning: 0 };
const THEN = decided(0).counts;

describe('what a queue has now', () => {
  it.each([
    [
      'CloudWatch says, if that is newer',
      sight(NOW),
      { at: 9_900, jobsReady: 7 },
      5_000,
      { at: 9_900, jobsReady: 7 },
    ],
    ['its last decision said, just now', sight(NOW), undefined, 9_900, THEN],
    ['nothing, if it tells none and ticks come', sight(NOW - 60), undefined, 5_000, REST],
    ['not known, if no ticks come', sight(NOW - 600), undefined, 5_000, {}],
    ['its last decision said, where queues have no metrics', sight(NOW, false), undefined, 5_000, THEN],
  ] as const)('is what %s', async (_, of, seen, lastAt, expected) => {
    expect(await countsOf(of, seen, decided(lastAt))).toEqual(expected);
  });
});
