import { expect, it } from 'vitest';
import {
  NUDGE_BODY,
  NUDGE_GAP_SECONDS,
  NUDGE_HEADER,
  NUDGE_LIFE_SECONDS,
  TICK_SECONDS_HEADER,
} from '../../../core/model/nudge.ts';
import { NOT_IN_COLLECTOR } from '../../../core/model/pool.ts';

it('an endpoint and ticks of different versions understand each other', () => {
  expect([NUDGE_HEADER, TICK_SECONDS_HEADER]).toEqual(['x-aerie-nudge', 'x-aerie-tick-seconds']);
  expect(JSON.parse(NUDGE_BODY)).toEqual({ nudge: 'workers' });
  expect(NOT_IN_COLLECTOR).toBe('not in the collector');
});

it('a nudge can be sent for minutes, and not for as long as AWS would take its signature', () => {
  expect(NUDGE_LIFE_SECONDS).toBeGreaterThan(2 * 60);
  expect(NUDGE_LIFE_SECONDS).toBeLessThanOrEqual(15 * 60);
  expect(NUDGE_GAP_SECONDS).toBeLessThan(20);
});
