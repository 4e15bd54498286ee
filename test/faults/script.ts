import fc from 'fast-check';
import { QUEUE_NAMES, type QueueName } from './truth.ts';

/** How long an episode is full of faults, and how long after that it is left in peace; minutes. */
export const STORM_MINUTES = 90;
export const CALM_MINUTES = 45;

export const HANDLERS = ['pilots', 'workers', 'events', 'audit'] as const;
export type HandlerName = (typeof HANDLERS)[number];

/** What can happen to one call to the outside. */
export const CALL_FATES = [
  'killed before the call',
  'killed while it is away',
  'killed after the call',
  'request lost',
  'reply lost',
  'request late',
  'reply late',
  'sent twice',
  'throttled',
] as const;
export type CallFate = (typeof CALL_FATES)[number];

export const TICK_FATES = ['lost', 'late', 'repeated', 'twice at once'] as const;
export const EVENT_FATES = ['lost', 'late', 'repeated'] as const;

/** What can be so for a while. */
export const WINDOWS = [
  'endpoint down',
  'endpoint takes no orders',
  'view stale',
  'view old and dated new',
  'view partial',
  'view without workers',
  'view without half of the workers',
  "pool's clock ahead",
  "pool's clock behind",
  'PanDA down',
  'PanDA stuck',
  'PanDA inflated',
  'EC2 throttled',
  'EC2 unreachable',
  'EC2 shows late',
  'capacity is short',
  'no spot capacity',
  'no capacity at all',
  'quota',
  'workers never join',
  'workers boot slowly',
  'ledger throttled',
  'ledger down',
  'events lost',
  'two versions deployed',
] as const;
export type WindowName = (typeof WINDOWS)[number];

export const MOMENTS = [
  'collector restarts',
  'worker lost',
  'spot warning',
  'rebalance advice',
  'instance launched by hand',
] as const;
export const SETTINGS = ['cap lowered', 'paused', 'drained', 'removed', 'unreadable'] as const;

/** One thing that goes wrong, or one change of the load. Moments are minutes from the start of the episode. */
export type Fault =
  /** Hits the first call of that number in a run of the handler that begins at that minute or later. */
  | {
      readonly kind: 'call';
      readonly of: HandlerName;
      readonly fromMinute: number;
      readonly call: number;
      readonly fate: CallFate;
    }
  | {
      readonly kind: 'tick';
      readonly of: 'pilots' | 'workers';
      readonly minute: number;
      readonly fate: (typeof TICK_FATES)[number];
      readonly seconds: number;
    }
  /** Hits the first event that comes at that minute or later. */
  | {
      readonly kind: 'event';
      readonly fromMinute: number;
      readonly fate: (typeof EVENT_FATES)[number];
      readonly minutes: number;
    }
  | {
      readonly kind: 'window';
      readonly what: WindowName;
      readonly fromMinute: number;
      readonly minutes: number;
    }
  | {
      readonly kind: 'moment';
      readonly what: (typeof MOMENTS)[number];
      readonly minute: number;
      /** Which of the workers that it can hit. */
      readonly which: number;
    }
  | {
      readonly kind: 'settings';
      readonly what: (typeof SETTINGS)[number];
      readonly queue: QueueName;
      readonly fromMinute: number;
      readonly minutes: number;
    }
  | {
      readonly kind: 'jobs';
      readonly queue: QueueName;
      readonly minute: number;
      readonly count: number;
      readonly runMinutes: number;
    };

export interface Script {
  /** Of everything that is drawn and is no fault: how long calls take, how workers boot. */
  readonly seed: number;
  readonly faults: readonly Fault[];
}

const minute = fc.nat(STORM_MINUTES - 1);
const queue = fc.constantFrom(...QUEUE_NAMES);
const kind = <const K extends string>(name: K) => fc.constant(name);

const fault: fc.Arbitrary<Fault> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: kind('call'),
      of: fc.constantFrom('workers', 'workers', 'workers', ...HANDLERS),
      fromMinute: minute,
      call: fc.nat(20),
      fate: fc.constantFrom(...CALL_FATES),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: kind('tick'),
      of: fc.constantFrom('pilots', 'workers', 'workers'),
      minute,
      fate: fc.constantFrom(...TICK_FATES),
      seconds: fc.integer({ min: 1, max: 150 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kind('event'),
      fromMinute: minute,
      fate: fc.constantFrom(...EVENT_FATES),
      minutes: fc.integer({ min: 1, max: 30 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: kind('window'),
      what: fc.constantFrom(...WINDOWS),
      fromMinute: minute,
      minutes: fc.integer({ min: 1, max: 25 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kind('moment'),
      what: fc.constantFrom(...MOMENTS),
      minute,
      which: fc.nat(7),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: kind('settings'),
      what: fc.constantFrom(...SETTINGS),
      queue,
      fromMinute: minute,
      minutes: fc.integer({ min: 1, max: 30 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: kind('jobs'),
      queue,
      minute,
      count: fc.integer({ min: 1, max: 14 }),
      runMinutes: fc.integer({ min: 2, max: 25 }),
    }),
  },
);

/** Any script: a storm of up to a few dozen faults, all alike likely. */
export const anyScript: fc.Arbitrary<Script> = fc.noBias(
  fc.record({ seed: fc.nat(), faults: fc.array(fault, { maxLength: 48, size: 'max' }) }),
);
