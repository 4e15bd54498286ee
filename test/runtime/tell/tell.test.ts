import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { beforeEach, expect, it } from 'vitest';
import type { Decision } from '../../../core/model/decision.ts';
import type { Reason } from '../../../core/model/reason.ts';
import { type QueueMetrics, teller } from '../../../runtime/tell/tell.ts';
import { NOW } from '../../core/worlds.ts';
import { quietly } from '../invocation.ts';

const DAY = 86_400;

let lines: number[];
let sets: number;

const telling = (queueMetrics: QueueMetrics = 'on') => {
  const logger = new Logger({ serviceName: 'pilots' });
  logger.info = (_, ...extra) => void lines.push(Number((extra[0] as { readonly at: number }).at));
  const metrics = new Metrics({ namespace: 'aerie' });
  metrics.publishStoredMetrics = () => {
    sets += 1;
    metrics.clearMetrics();
    metrics.clearDimensions();
    return metrics;
  };
  return teller(logger, metrics, queueMetrics);
};

const rest = (at: number, pilotsWaiting = 0, queue = 'A'): Decision => ({
  ...{ of: 'pilots', kind: 'rest', queue, at, why: [] },
  counts: { jobsReady: 0, pilotsWaiting, pilotsRunning: 0 },
});

const fleetRests = (at: number, workersLive = 0): Decision => ({
  ...{ of: 'workers', kind: 'rest', fleet: 'A', at, why: [] },
  counts: { workersLive },
});

beforeEach(() => {
  quietly();
  lines = [];
  sets = 0;
});

it('an empty queue that rests is told once, line and metrics, and again after a day', () => {
  const tell = telling();
  for (const after of [0, 60, 120, DAY - 1, DAY, DAY + 60]) tell(rest(NOW + after));
  expect(lines).toEqual([NOW, NOW + DAY]);
  expect(sets).toBe(2);
});

it('a queue that has anything is told in each tick', () => {
  const tell = telling();
  for (const after of [0, 60, 120]) tell(rest(NOW + after, 1));
  expect(lines).toHaveLength(3);
  expect(sets).toBe(3);
});

it.each<readonly [string, Reason, number]>([
  ['would submit', { kind: 'queue-in-shadow', submit: 2, remove: 0 }, 3],
  ['would remove', { kind: 'queue-in-shadow', submit: 0, remove: 1 }, 3],
  ['would do nothing', { kind: 'queue-in-shadow', submit: 0, remove: 0 }, 1],
  [
    'would launch what is kept whatever waits',
    {
      ...{ kind: 'fleet-in-shadow', wake: 0, letSleep: 0, undrain: 0, drain: 0, terminate: 0 },
      launches: [{ workers: 1, flavours: ['m6i.large'], market: 'spot' }],
    },
    3,
  ],
])('an empty one in shadow that %s is told in each tick, or once', (_, reason, times) => {
  const tell = telling();
  for (const after of [0, 60, 120]) tell({ ...rest(NOW + after), why: [reason] });
  expect(lines).toHaveLength(times);
});

it('what becomes empty is told: the last value of each metric is 0', () => {
  const tell = telling();
  for (const [after, waiting] of [
    [0, 0],
    [60, 2],
    [120, 0],
    [180, 0],
  ] as const)
    tell(rest(NOW + after, waiting));
  expect(lines).toEqual([NOW, NOW + 60, NOW + 120]);
});

it('a hold is told in each tick, and ends the silence', () => {
  const tell = telling();
  const hold: Decision = {
    ...{ of: 'pilots', kind: 'hold', queue: 'A', at: NOW + 60, why: [] },
    counts: {},
  };
  for (const decision of [rest(NOW), hold, hold, rest(NOW + 120)]) tell(decision);
  expect(lines).toEqual([NOW, NOW + 60, NOW + 60, NOW + 120]);
});

it('every queue has its own silence', () => {
  const tell = telling('off');
  for (const queue of ['A', 'B', 'A', 'B']) tell(rest(NOW, 0, queue));
  expect(lines).toHaveLength(2);
  expect(sets).toBe(0);
});

it('a queue and a fleet of the same name do not silence each other, nor end each other’s silence', () => {
  const tell = telling();
  for (const decision of [rest(NOW), fleetRests(NOW), rest(NOW + 60), fleetRests(NOW + 60, 3)])
    tell(decision);
  expect(lines).toEqual([NOW, NOW, NOW + 60]);
  tell(rest(NOW + 120));
  expect(lines).toHaveLength(3);
});
