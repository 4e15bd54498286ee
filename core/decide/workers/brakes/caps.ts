import { dollarsIn } from '../../../learn/accounts.ts';
import type { PlannedLaunch, WorkerDecision } from '../../../model/decision.ts';
import { endsBy, REPLAYED_SECONDS } from '../../../model/lifetimes.ts';
import { monthsOf } from '../../../model/months.ts';
import type { Reason } from '../../../model/reason.ts';
import type { StageCaps } from '../../../model/stage.ts';
import { coresOf, type Fleet, liveCores, liveWorkers, type Member } from '../../../observe/fleet.ts';
import { type Commitments, committedIn, rateOf } from '../../../observe/money/commitments.ts';
import type { QueueSettings } from '../../../settings/queue-settings.ts';

/** One queue under the caps of its stage. */
export interface Sharer {
  readonly decision: WorkerDecision;
  readonly settings: QueueSettings;
  readonly fleet: Fleet;
  readonly commitments: Commitments;
}

/** One cap, and how queues count against it. */
export interface Cap {
  readonly most: number;
  /** How it is told: which cap, and how much it is. */
  readonly told: Pick<Extract<Reason, { kind: 'capped-by-stage' }>, 'cap' | 'most' | 'month'>;
  readonly isMoney: boolean;
  readonly held: (sharer: Sharer) => number;
  /** What one worker of a launch takes of it; undefined: nobody knows. */
  readonly size: (launch: PlannedLaunch, settings: QueueSettings) => number | undefined;
  /** What a worker gives back when it leaves; absent: nothing, what is spent is spent. */
  readonly freed?: (member: Member) => number;
}

const priceOf = ({ prices }: PlannedLaunch): number | undefined =>
  prices === undefined ? undefined : Math.max(0, ...Object.values(prices));

const workersCap = (most: number): Cap => ({
  most,
  told: { cap: 'workers', most },
  isMoney: false,
  held: ({ fleet }) => liveWorkers(fleet),
  size: () => 1,
  freed: () => 1,
});

const coresCap = (most: number): Cap => ({
  most,
  told: { cap: 'cores', most },
  isMoney: false,
  held: ({ fleet }) => liveCores(fleet),
  size: ({ offers }) => offers.cpus,
  freed: coresOf,
});

const hourCap = (most: number): Cap => ({
  most,
  told: { cap: 'dollars-per-hour', most },
  isMoney: true,
  held: ({ commitments }) => rateOf(commitments),
  size: priceOf,
  freed: ({ record }) => record.cost?.dollarsPerHour ?? 0,
});

/** One for each month that a worker launched now may live in. */
const monthCaps = (
  most: number,
  elsewhere: (month: string) => number,
  sharers: readonly Sharer[],
  now: number,
): readonly Cap[] => {
  const until = ({ maxLifeSeconds }: QueueSettings) => endsBy(now, maxLifeSeconds) + REPLAYED_SECONDS;
  const last = Math.max(now, ...sharers.map(({ settings }) => until(settings)));
  return monthsOf(now, last).map((month) => ({
    most: most - elsewhere(month.name),
    told: { cap: 'dollars-per-month', most, month: month.name },
    isMoney: true,
    held: ({ commitments }) => committedIn(month, commitments),
    size: (launch, settings) => {
      const dollarsPerHour = priceOf(launch);
      if (dollarsPerHour === undefined) return undefined;
      return dollarsIn(month, { dollarsPerHour, from: now, to: until(settings) });
    },
  }));
};

/** The caps of a stage; `elsewhere`: what queues that are no more have spent in a month. */
export const capsOf = (
  { workers, cores, dollarsPerHour, dollarsPerMonth }: StageCaps,
  elsewhere: (month: string) => number,
  sharers: readonly Sharer[],
  now: number,
): readonly Cap[] => [
  ...(workers === undefined ? [] : [workersCap(workers)]),
  ...(cores === undefined ? [] : [coresCap(cores)]),
  ...(dollarsPerHour === undefined ? [] : [hourCap(dollarsPerHour)]),
  ...(dollarsPerMonth === undefined ? [] : monthCaps(dollarsPerMonth, elsewhere, sharers, now)),
];
