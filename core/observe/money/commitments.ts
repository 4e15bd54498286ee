import {
  accountsOf,
  bookedIn,
  dollarsIn,
  type FleetAccounts,
  type Lifetime,
  unbooked,
  visitLifetimes,
} from '../../learn/accounts.ts';
import type { OpenLaunch } from '../../model/launch.ts';
import type { LedgerView } from '../../model/ledger.ts';
import { endsBy, REPLAYED_SECONDS } from '../../model/lifetimes.ts';
import { type Month, monthsOf } from '../../model/months.ts';
import type { PoolWorker } from '../../model/pool.ts';
import type { Cost, EndedWorker, WorkerRecord } from '../../model/worker.ts';
import type { FleetSettings } from '../../settings/fleet-settings.ts';
import { dearestCore, dollarsPerHour } from '../../settings/prices.ts';

/** Times that are over: of those there are many, and only what they cost in a month is asked of them. */
interface Times {
  /** What they have cost in a month, dollars. */
  readonly dollarsIn: (month: Month) => number;
}

/** Times one after the other, three numbers each: dollars per hour, from, to. */
const timesOver = () => {
  const numbers: number[] = [];
  const known = new Map<string, number>();
  return {
    add(dollarsPerHour: number, from: number, to: number) {
      numbers.push(dollarsPerHour, from, to);
    },
    dollarsIn(month: Month): number {
      const before = known.get(month.name);
      if (before !== undefined) return before;
      let dollars = 0;
      for (let index = 0; index < numbers.length; index += 3) {
        const [dollarsPerHour = 0, from = 0, to = 0] = [
          numbers[index],
          numbers[index + 1],
          numbers[index + 2],
        ];
        dollars += dollarsIn(month, { dollarsPerHour, from, to });
      }
      known.set(month.name, dollars);
      return dollars;
    },
  };
};

/** Everything that a fleet pays for, or may: what is over as times that have passed, what lives as times to come. */
export interface Commitments {
  readonly accounts: FleetAccounts;
  /** Over, and not in the account yet: of workers that are over, and of those that live before they last slept or woke. */
  readonly over: Times;
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
const untilOf = ({ state }: WorkerRecord, { endsBy: ends }: Cost, now: number): number =>
  state.kind === 'failed' ? state.at : Math.max(ends, now);

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
    const { diskDollarsPerHour } = settings;
    const over = timesOver();
    for (const { worker, endedAt } of unbooked(booked, ended(name))) {
      visitLifetimes(worker, endedAt, diskDollarsPerHour, over.add);
    }
    const live: Lifetime[] = strangers.map((stranger) => ofStranger(stranger, settings));
    for (const worker of workers(name)) {
      const cost = costOf(worker, settings);
      let isPresent = worker.state.kind !== 'failed';
      visitLifetimes(
        { ...worker, cost },
        untilOf(worker, cost, now),
        diskDollarsPerHour,
        (rate, from, to) => {
          if (isPresent) live.push({ dollarsPerHour: rate, from, to });
          else over.add(rate, from, to);
          isPresent = false;
        },
      );
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
  over.dollarsIn(month) +
  sum(live.map((lifetime) => dollarsIn(month, { ...lifetime, to: Math.min(now, lifetime.to) })));

/** What is spent in a month, and will be if every worker lives as long as it may, dollars. */
export const committedIn = (month: Month, { accounts, over, live }: Commitments): number =>
  bookedIn(month.name, accounts) + over.dollarsIn(month) + sum(live.map((of) => dollarsIn(month, of)));

/** What all live workers cost together, dollars per hour. */
export const rateOf = ({ live }: Commitments): number => sum(live.map((of) => of.dollarsPerHour));

/** The months in which a worker that is launched now may cost something. */
export const monthsAhead = (now: number, { maxLifeSeconds }: FleetSettings): readonly Month[] =>
  monthsOf(now, endsBy(now, maxLifeSeconds) + REPLAYED_SECONDS);
