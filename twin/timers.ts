import * as z from 'zod';
import { AUDIT_SECONDS, TICK_SECONDS } from '../lib/functions.ts';
import type { Clock } from './clock.ts';
import { isoSeconds } from './ec2/events.ts';
import type { Outcome } from './lambda/runtime-api.ts';
import type { Told } from './sample.ts';

/** The stack's timers at its rates, at moments of their own, as EventBridge gives them. */
const TIMERS = [
  { name: 'pilots', phaseSeconds: 5, everySeconds: TICK_SECONDS },
  { name: 'workers', phaseSeconds: 35, everySeconds: TICK_SECONDS },
  { name: 'audit', phaseSeconds: 320, everySeconds: AUDIT_SECONDS },
] as const;
export type TimerName = (typeof TIMERS)[number]['name'];

/** A tick comes after everything else that happens at its moment. */
const LAST = 100;

const scheduledEvent = (name: TimerName, now: number) => ({
  version: '0',
  id: `${name}-${now}`,
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '123456789012',
  time: isoSeconds(now),
  region: 'us-east-1',
  resources: [`arn:aws:events:us-east-1:123456789012:rule/aerie-twin-${name}`],
  detail: {},
});

/** Puts the timers on the clock; each firing is handed on with its event. */
export const startTimers = (clock: Clock, fire: (name: TimerName, event: unknown) => void): void => {
  for (const { name, phaseSeconds, everySeconds } of TIMERS) {
    const tick = () => {
      fire(name, scheduledEvent(name, clock.now));
      clock.at(clock.now + everySeconds, tick, LAST);
    };
    clock.at(clock.now + phaseSeconds, tick, LAST);
  }
};

const answer = z.object({
  decisions: z.array(
    z.object({
      queue: z.string(),
      kind: z.enum(['submit', 'remove', 'act', 'rest', 'hold']),
      what: z.string(),
      why: z.array(z.string()),
    }),
  ),
});

/** What ticks have come to, all in all. */
export interface TickCounts {
  readonly ticks: number;
  readonly ticksFailed: number;
  readonly holds: number;
}

/** Adds up the outcomes of ticks and passes on what they decided. */
export const tickCounter = (told: (told: Told) => void) => {
  const counts = { ticks: 0, ticksFailed: 0, holds: 0 };
  return {
    counts: (): TickCounts => ({ ...counts }),
    take(of: TimerName, atSeconds: number, outcome: Outcome) {
      counts.ticks += 1;
      if (!outcome.ok) {
        counts.ticksFailed += 1;
        return;
      }
      if (of === 'audit') return;
      for (const decision of answer.parse(outcome.answer).decisions) {
        if (decision.kind === 'hold') counts.holds += 1;
        told({ atSeconds, of, ...decision });
      }
    },
  };
};
