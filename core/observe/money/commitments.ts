import {
  accountsOf,
  bookedIn,
  dollarsIn,
  type FleetAccounts,
  type Lifetime,
  lifetimesOf,
  unbooked,
} from '../../learn/accounts.ts';
import type { OpenLaunch } from '../../model/launch.ts';
import type { LedgerView } from '../../model/ledger.ts';
import { endsBy, REPLAYED_SECONDS } from '../../model/lifetimes.ts';
import { type Month, monthsOf } from '../../model/months.ts';
import type { PoolWorker } from '../../model/pool.ts';
import type { Cost, EndedWorker, WorkerRecord } from '../../model/worker.ts';
import type { FleetSettings } from '../../settings/fleet-settings.ts';
import { dearestCore, dollarsPerHour } from '../../settings/prices.ts';

/** Everything that a fleet pays for, or may: what is over as times that have passed, what lives as times to come. */
export interface Commitments {
  readonly accounts: FleetAccounts;
  /** Over, and not in the account yet: of workers that are over, and of those that live before they last slept or woke. */
  readonly over: readonly Lifetime[];
  /** Workers that may be billed now, awake or asleep, each to its end at the latest. */
  readonly live: readonly Lifetime[];
}

type Money = Pick<LedgerView, 'workers' | 'launches' | 'accounts' | 'ended'>;

/** What a worker costs: as was known at its launch, or as its fleet's settings say now. */
export const costOf = (worker: WorkerRecord, settings: FleetSettings): Cost => {
  const { offer, offers, launchedAt, cost } = worker;
  if (cost !== undefined) return cost;
  const price = dollarsPerHour({ ...offer, cpus: offers.cpus }, settings);
  return {
    dollarsPerHour: price ?? (dearestCore(settings) ?? 0) * offers.cpus,
    endsBy: endsBy(launchedAt, settings.maxLifeSeconds),
  };
};

/** One that is asleep is taken to sleep on: what it costs once it is woken is weighed when it is. */
const ofWorker = (worker: WorkerRecord, settings: FleetSettings, now: number): readonly Lifetime[] => {
  const cost = costOf(worker, settings);
  const until = worker.state.kind === 'failed' ? worker.state.at : Math.max(cost.endsBy, now);
  return lifetimesOf({ ...worker, cost }, until, settings.diskDollarsPerHour);
};

/** A launch without an outcome: all of its workers, each as dear as any of its offers. */
const ofLaunch = (launch: OpenLaunch, settings: FleetSettings): Lifetime => {
  const { request, offers, prices, createdAt } = launch;
  const each = Math.max(
    0,
    ...(prices === undefined
      ? [(dearestCore(settings) ?? 0) * offers.cpus]
      : request.overrides.map(({ flavour }) => prices[flavour] ?? 0)),
  );
  return {
    dollarsPerHour: each * request.count,
    from: createdAt,
    to: endsBy(createdAt, settings.maxLifeSeconds) + REPLAYED_SECONDS,
  };
};

const ofStranger = ({ total, joinedAt }: PoolWorker, settings: FleetSettings): Lifetime => ({
  dollarsPerHour: (dearestCore(settings) ?? 0) * total.cpus,
  from: joinedAt,
  to: endsBy(joinedAt, settings.maxLifeSeconds),
});

const grouped = <T>(of: readonly T[], fleetOf: (one: T) => string) => {
  let groups: Map<string, T[]> | undefined;
  return (fleet: string): readonly T[] => {
    groups ??= Map.groupBy(of, fleetOf);
    return groups.get(fleet) ?? [];
  };
};

/** Returns what a fleet is committed to; `strangers`: its workers that the ledger does not know. */
export type CommitmentsOf = (settings: FleetSettings, strangers: readonly PoolWorker[]) => Commitments;

/** What each fleet is committed to, from the ledger; grouped once, and only if a fleet asks. */
export const commitmentsFrom = (ledger: Money, now: number): CommitmentsOf => {
  const workers = grouped(ledger.workers, ({ fleet }) => fleet);
  const launches = grouped(ledger.launches, ({ request }) => request.fleet);
  const ended = grouped<EndedWorker>(ledger.ended ?? [], ({ worker }) => worker.fleet);
  const accounts = grouped(ledger.accounts ?? [], ({ fleet }) => fleet);
  return (settings, strangers) => {
    const { name } = settings;
    const booked = accountsOf(name, accounts(name));
    const over: Lifetime[] = unbooked(booked, ended(name)).flatMap(({ worker, endedAt }) =>
      lifetimesOf(worker, endedAt, settings.diskDollarsPerHour),
    );
    const live: Lifetime[] = strangers.map((stranger) => ofStranger(stranger, settings));
    for (const worker of workers(name)) {
      const times = ofWorker(worker, settings, now);
      const present = worker.state.kind === 'failed' ? undefined : times.at(-1);
      for (const time of times) (time === present ? live : over).push(time);
    }
    for (const launch of launches(name)) live.push(ofLaunch(launch, settings));
    return { accounts: booked, over, live };
  };
};

const sum = (numbers: Iterable<number>): number => {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
};

/** What has been spent in a month up to a moment, dollars. */
export const spentIn = (month: Month, { accounts, over, live }: Commitments, now: number): number =>
  bookedIn(month.name, accounts) +
  sum(over.map((lifetime) => dollarsIn(month, lifetime))) +
  sum(live.map((lifetime) => dollarsIn(month, { ...lifetime, to: Math.min(now, lifetime.to) })));

/** What is spent in a month, and will be if every worker lives as long as it may, dollars. */
export const committedIn = (month: Month, { accounts, over, live }: Commitments): number =>
  bookedIn(month.name, accounts) + sum([...over, ...live].map((lifetime) => dollarsIn(month, lifetime)));

/** What all live workers cost together, dollars per hour. */
export const rateOf = ({ live }: Commitments): number => sum(live.map((of) => of.dollarsPerHour));

/** The months in which a worker that is launched now may cost something. */
export const monthsAhead = (now: number, { maxLifeSeconds }: FleetSettings): readonly Month[] =>
  monthsOf(now, endsBy(now, maxLifeSeconds) + REPLAYED_SECONDS);
