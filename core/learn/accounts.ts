import { type Account, NO_ACCOUNT } from '../model/account.ts';
import { monthsOf, secondsIn } from '../model/months.ts';
import { asleepSince, type Cost, type EndedWorker, type WorkerRecord } from '../model/worker.ts';
import { withExposed } from './hazards.ts';

/** EC2 bills by the second, a minute at least each time that a machine is started. */
const LEAST_SECONDS = 60;

const HOUR = 3_600;

/** A year, and the month that a worker of it may end in. */
const MONTHS_KEPT = 13;

/** A time in which a worker, or several, cost something. */
export interface Lifetime {
  readonly dollarsPerHour: number;
  readonly from: number;
  readonly to: number;
}

type Paid = Pick<WorkerRecord, 'launchedAt' | 'state' | 'sleeps'> & { readonly cost: Cost };

/** Is told of one time after the other: dollars per hour, from, to. */
type Visit = (dollarsPerHour: number, from: number, to: number) => void;

/**
 * Tells of the times of a worker up to a moment, as EC2 bills them: awake what it costs, asleep its disk. The first told is the
 * one that it was in then, and so back to its launch. Where nobody says what a disk costs, it is paid as if it had been awake.
 * Told and not returned: a tick looks at hundreds of times of each of thousands of workers.
 */
export const visitLifetimes = (
  { launchedAt, state, sleeps = [], cost }: Paid,
  until: number,
  diskDollarsPerHour: number | undefined,
  visit: Visit,
): void => {
  const asleep = diskDollarsPerHour ?? cost.dollarsPerHour;
  const since = asleepSince(state);
  if (since !== undefined) visit(asleep, since, Math.max(since, until));
  // What it cost before it was woken as another size is kept with that sleep: so from the last one back.
  let price = cost.dollarsPerHour;
  let end = since ?? until;
  for (let index = sleeps.length - 1; index >= 0; index -= 1) {
    const sleep = sleeps[index];
    if (sleep === undefined) continue;
    const [from, to, other] = sleep;
    // A wake that was refused has cost nothing.
    if (end > to) visit(price, to, Math.max(end, to + LEAST_SECONDS));
    visit(asleep, from, Math.max(from, to));
    price = other ?? price;
    end = from;
  }
  visit(price, launchedAt, Math.max(end, launchedAt + LEAST_SECONDS));
};

/** The same times in order. */
export const lifetimesOf = (
  worker: Paid,
  until: number,
  diskDollarsPerHour?: number,
): readonly Lifetime[] => {
  const times: Lifetime[] = [];
  visitLifetimes(worker, until, diskDollarsPerHour, (dollarsPerHour, from, to) =>
    times.push({ dollarsPerHour, from, to }),
  );
  return times.reverse();
};

/** What a lifetime costs in a month, dollars. */
export const dollarsIn = (
  month: Parameters<typeof secondsIn>[0],
  { dollarsPerHour, from, to }: Lifetime,
): number => (dollarsPerHour * secondsIn(month, from, to)) / HOUR;

/** What a fleet's money stands in: its own account, and those of queues from before there were fleets. */
export interface FleetAccounts {
  readonly own: Account;
  readonly former: readonly Account[];
}

export const accountsOf = (fleet: string, accounts: readonly Account[]): FleetAccounts => {
  const all = accounts.filter((account) => account.fleet === fleet);
  return {
    own: all.find(({ former }) => former === undefined) ?? NO_ACCOUNT(fleet),
    former: all.filter(({ former }) => former !== undefined),
  };
};

/** What has been spent on a fleet's workers that are over and booked, in a month, dollars. */
export const bookedIn = (month: string, { own, former }: FleetAccounts): number =>
  [own, ...former].reduce((sum, { dollars }) => sum + (dollars[month] ?? 0), 0);

/** Those that are over and in no account yet. */
export const unbooked = (
  { own, former }: FleetAccounts,
  ended: readonly EndedWorker[],
): readonly EndedWorker[] => {
  const booked = new Set([own, ...former].flatMap((account) => account.booked));
  return ended.filter(({ worker }) => !booked.has(worker.instanceId));
};

/**
 * The fleet's own account with every worker that is over. The same workers again change nothing but what is remembered as
 * booked: those that are still there, and no others.
 */
export const withEnded = (
  accounts: FleetAccounts,
  ended: readonly EndedWorker[],
  diskDollarsPerHour?: number,
): Account => {
  const account = accounts.own;
  const dollars: Record<string, number> = { ...account.dollars };
  const fresh = unbooked(accounts, ended);
  const pools = withExposed(account.pools ?? {}, fresh);
  for (const { worker, endedAt } of fresh) {
    for (const lifetime of lifetimesOf(worker, endedAt, diskDollarsPerHour)) {
      for (const month of monthsOf(lifetime.from, lifetime.to)) {
        const spent = dollarsIn(month, lifetime);
        if (spent > 0) dollars[month.name] = (dollars[month.name] ?? 0) + spent;
      }
    }
  }
  const kept = Object.entries(dollars)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(-MONTHS_KEPT);
  return {
    fleet: account.fleet,
    dollars: Object.fromEntries(kept),
    booked: ended.map(({ worker }) => worker.instanceId),
    ...(Object.keys(pools).length === 0 ? {} : { pools }),
    version: account.version + 1,
  };
};
