import type { QueueName } from './queues.ts';

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
/** So late a timer's event may come: its rule keeps it for a minute, and Lambda for another (lib/functions/timer.ts). */
export const MOST_LATE_SECONDS = 120;

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
  'a zone lacks a type',
  'fleets throttled inside',
  'fleets refused by name',
  'fleets refused without a name',
  'caller not accepted',
  'ends refused by name',
  'ends refused without a name',
  'workers never join',
  'workers end at launch',
  'workers boot slowly',
  'wakes never join',
  'wakes power off',
  'wakes refused by name',
  'wakes refused without a name',
  'sizes refused',
  'tags refused',
  'sleep refused',
  'ledger throttled',
  'ledger down',
  'events lost',
  'two versions deployed',
] as const;

/** The same of an OpenStack, of scripts that have one. */
export const SITE_WINDOWS = [
  'Keystone down',
  'credential not accepted',
  'tokens end',
  'tokens not accepted',
  'Nova throttles',
  'Nova fails',
  'Nova hangs up',
  'Nova hears late',
  'servers cannot be built',
  'lists lag',
  'a cell is down',
  'servers find no host',
  'quota of the project',
  'a zone is off',
  'a flavour is missing',
  'servers locked',
] as const;
export type WindowName = (typeof WINDOWS)[number] | (typeof SITE_WINDOWS)[number];

export const MOMENTS = [
  'collector restarts',
  'worker lost',
  'worker hangs',
  'spot warning',
  'rebalance advice',
  'instance launched by hand',
  'worker protected',
  'sleeper started by hand',
  'sleeper ended by hand',
  'new template',
] as const;

/** The same of one server of the OpenStack, or beside them. */
export const SITE_MOMENTS = [
  'server launched by hand',
  'server switched off by its host',
  'server broken',
  'server in error runs on',
  'server hangs',
  'server protected',
  'server started by hand',
  'server deleted by hand',
] as const;
export type MomentName = (typeof MOMENTS)[number] | (typeof SITE_MOMENTS)[number];
/** What is done to the settings of a queue's fleet; `removed`: the queue goes too, and the default fleet stays. */
export const FLEET_SETTINGS = [
  'cap lowered',
  'paused',
  'drained',
  'removed',
  'unreadable',
  'fewer may sleep',
  'none may sleep',
] as const;
/** What is done to those of a queue; `queue moved`: it names another fleet. */
export const QUEUE_SETTINGS = ['queue paused', 'queue drained', 'queue removed', 'queue moved'] as const;
export const SETTINGS = [...FLEET_SETTINGS, ...QUEUE_SETTINGS] as const;

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
      readonly what: MomentName;
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
  /** The shared fleet has workers from before there were fleets. */
  readonly hasOld?: true;
  /** The stage has an OpenStack beside EC2, with fleets on it. */
  readonly hasSite?: true;
  readonly faults: readonly Fault[];
}
