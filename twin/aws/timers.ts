import * as z from 'zod';
import { NUDGE_BODY } from '../../core/model/nudge.ts';
import {
  AUDIT_SECONDS,
  LATER_TICK_KEPT_SECONDS,
  laterTicks,
  MINUTE_SECONDS,
  SETTINGS_SECONDS,
  type TickSeconds,
} from '../../lib/functions/functions.ts';
import type { Clock } from '../clock/clock.ts';
import { stream } from '../clock/random.ts';
import type { ToldDecision } from '../report/sample.ts';
import { isoSeconds } from './ec2/events.ts';
import type { Outcome } from './lambda/runtime-api.ts';
import { milliseconds } from './sqs.ts';

/** The stack's timers, at moments of their own, as EventBridge gives them. The settings are there before the first tick. */
const TIMERS = [
  { name: 'settings', phaseSeconds: 0, everySeconds: SETTINGS_SECONDS },
  { name: 'pilots', phaseSeconds: 5, everySeconds: MINUTE_SECONDS },
  { name: 'workers', phaseSeconds: 35, everySeconds: MINUTE_SECONDS },
  { name: 'audit', phaseSeconds: 320, everySeconds: AUDIT_SECONDS },
] as const;
export type TimerName = (typeof TIMERS)[number]['name'];
/** The functions that decide something each time. */
type TickName = Exclude<TimerName, 'settings'>;

/** A tick comes after everything else that happens at its moment. */
const LAST = 100;

/** What EventBridge sends a timer's function at a moment. */
export const scheduledEvent = (name: TimerName, now: number) => ({
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

/** A tick that the minute's rule has sent ahead, into a queue that delays it. */
interface Ahead {
  readonly ruleAt: number;
  readonly afterSeconds: number;
  readonly sentAt: number;
}

/** What SQS hands to a tick's function at a moment. */
const handedOver = (messageId: string, body: string, sentAt: number, now: number) => ({
  Records: [
    {
      messageId,
      body,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: milliseconds(sentAt),
        ApproximateFirstReceiveTimestamp: milliseconds(now),
      },
      eventSource: 'aws:sqs',
    },
  ],
});

const delayedEvent = (name: TimerName, { ruleAt, afterSeconds, sentAt }: Ahead, now: number) =>
  handedOver(
    `${name}-${ruleAt}-${afterSeconds}`,
    JSON.stringify({ time: isoSeconds(ruleAt), afterSeconds }),
    sentAt,
    now,
  );

/** Who may be late: EventBridge with every event of its rules, SQS with every message. */
export type Carrier = 'EventBridge' | 'SQS';

/** The timers of a run. */
export interface Timers {
  /** A timer that is off goes on counting, and fires nothing. */
  switchOff(name: TimerName, off: boolean): void;
  /** From now on this share of the ticks of pilots and workers never comes. */
  loseSome(share: number): void;
  /** Somebody sends a nudge to the queue of the workers ticks. */
  nudge(): void;
  /** From now on everything that it carries comes so much later. */
  beLate(carrier: Carrier, seconds: number): void;
}

/** How often: the period of the workers tick, and every rule so many times as often as it is deployed. */
export interface Pulse {
  readonly tickSeconds: TickSeconds;
  readonly timesAsOften?: number;
  /** Of which ticks are lost. */
  readonly seed?: number;
  /** Of a stage without PanDA: it has no pilots function. */
  readonly hasPanda?: boolean;
}

/** Puts the timers on the clock; each firing is handed on with its event. */
export const startTimers = (
  clock: Clock,
  fire: (name: TimerName, event: unknown) => void,
  { tickSeconds, timesAsOften = 1, seed = 0, hasPanda = true }: Pulse,
): Timers => {
  const silent = new Set<TimerName>();
  const random = stream(seed, 'tick lost');
  let lostShare = 0;
  const mayBeLost = (name: TimerName) => name === 'pilots' || name === 'workers';
  const deliver = (name: TimerName, event: unknown) => {
    if (lostShare > 0 && mayBeLost(name) && random() < lostShare) return;
    fire(name, event);
  };
  const late: Record<Carrier, number> = { EventBridge: 0, SQS: 0 };
  const later = (seconds: number, happen: () => void) => {
    if (seconds > 0) clock.at(clock.now + seconds, happen, LAST);
    else happen();
  };
  const sendAhead = (name: TimerName, ruleAt: number, afterSeconds: number) => {
    const ahead: Ahead = { ruleAt, afterSeconds, sentAt: clock.now };
    const keptSeconds = afterSeconds + late.SQS;
    if (keptSeconds >= LATER_TICK_KEPT_SECONDS) return;
    later(keptSeconds, () => deliver(name, delayedEvent(name, ahead, clock.now)));
  };
  const fireRule = (name: TimerName, everySeconds: number) => {
    const ruleAt = clock.now;
    // The stack lets EventBridge give up what it cannot hand over before the next one.
    if (late.EventBridge >= everySeconds) return;
    later(late.EventBridge, () => {
      deliver(name, scheduledEvent(name, ruleAt));
      if (name !== 'workers') return;
      for (const afterSeconds of laterTicks(tickSeconds)) sendAhead(name, ruleAt, afterSeconds);
    });
  };
  for (const { name, phaseSeconds, everySeconds } of TIMERS) {
    if (name === 'pilots' && !hasPanda) continue;
    const tick = () => {
      if (!silent.has(name)) fireRule(name, everySeconds);
      clock.at(clock.now + everySeconds / timesAsOften, tick, LAST);
    };
    clock.at(clock.now + phaseSeconds / timesAsOften, tick, LAST);
  }
  return {
    switchOff(name, off) {
      if (off) silent.add(name);
      else silent.delete(name);
    },
    loseSome(share) {
      lostShare = share;
    },
    nudge() {
      const sentAt = clock.now;
      later(late.SQS, () => deliver('workers', handedOver(`nudge-${sentAt}`, NUDGE_BODY, sentAt, clock.now)));
    },
    beLate(carrier, seconds) {
      late[carrier] = seconds;
    },
  };
};

const answer = z.object({
  decisions: z.array(
    z.object({
      /** A queue, or a fleet. */
      of: z.string(),
      kind: z.enum(['submit', 'remove', 'act', 'rest', 'hold']),
      what: z.string(),
      why: z.array(z.looseObject({ kind: z.string(), text: z.string() })),
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
export const tickCounter = (told: (told: ToldDecision) => void) => {
  const counts = { ticks: 0, ticksFailed: 0, holds: 0 };
  return {
    counts: (): TickCounts => ({ ...counts }),
    take(of: TickName, atSeconds: number, outcome: Outcome) {
      counts.ticks += 1;
      if (!outcome.ok) {
        counts.ticksFailed += 1;
        return;
      }
      if (of === 'audit') return;
      for (const { of: whose, ...decision } of answer.parse(outcome.answer).decisions) {
        if (decision.kind === 'hold') counts.holds += 1;
        told({ atSeconds, of, whose, ...decision });
      }
    },
  };
};
