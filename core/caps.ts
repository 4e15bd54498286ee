import * as z from 'zod';
import { dollarsIn } from './accounts.ts';
import { type Commitments, committedIn, rateOf } from './commitments.ts';
import type { PlannedLaunch, WorkerDecision } from './decisions.ts';
import { type Fleet, liveCores, liveWorkers } from './fleet.ts';
import { endsBy, REPLAYED_SECONDS } from './lifetimes.ts';
import { monthsOf } from './months.ts';
import type { QueueSettings } from './settings.ts';
import type { Member } from './side-by-side.ts';

const most = (unit: string, whole: boolean) => {
  const error = ({ input }: { readonly input?: unknown }) =>
    `is ${JSON.stringify(input)}; expected ${whole ? 'a whole number' : 'a number'} of ${unit}, 0 or more`;
  return (whole ? z.int({ error }) : z.number({ error })).min(0, { error }).optional();
};

/** What all queues of a stage may come to together; what is absent has no cap. */
export const stageCaps = z.strictObject({
  workers: most('workers', true),
  cores: most('vCPUs', true),
  dollarsPerHour: most('dollars', false),
  dollarsPerMonth: most('dollars', false),
});

export type StageCaps = Readonly<z.infer<typeof stageCaps>>;

/** Whether a cap is one of money, which needs prices of every queue. */
export const areMoney = ({ dollarsPerHour, dollarsPerMonth }: StageCaps): boolean =>
  dollarsPerHour !== undefined || dollarsPerMonth !== undefined;

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
  readonly what: string;
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
  what: `${most} workers`,
  isMoney: false,
  held: ({ fleet }) => liveWorkers(fleet),
  size: () => 1,
  freed: () => 1,
});

const coresCap = (most: number): Cap => ({
  most,
  what: `${most} cores`,
  isMoney: false,
  held: ({ fleet }) => liveCores(fleet),
  size: ({ offers }) => offers.cpus,
  freed: ({ record, pool }) => pool?.total.cpus ?? record.offers.cpus,
});

const hourCap = (most: number): Cap => ({
  most,
  what: `$${most} an hour`,
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
    what: `$${most} in ${month.name}`,
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
