import { type Account, NO_ACCOUNT } from '../model/account.ts';
import { monthsOf, secondsIn } from '../model/months.ts';
import type { EndedWorker } from '../model/worker.ts';
import { withExposed } from './hazards.ts';

/** EC2 bills by the second, a minute at least. */
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

/** When a worker that is over has ended for EC2's bill. */
export const billedUntil = ({ worker, endedAt }: EndedWorker): number =>
  Math.max(endedAt, worker.launchedAt + LEAST_SECONDS);

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
export const withEnded = (accounts: FleetAccounts, ended: readonly EndedWorker[]): Account => {
  const account = accounts.own;
  const dollars: Record<string, number> = { ...account.dollars };
  const fresh = unbooked(accounts, ended);
  const pools = withExposed(account.pools ?? {}, fresh);
  for (const each of fresh) {
    const { launchedAt: from, cost } = each.worker;
    const to = billedUntil(each);
    for (const month of monthsOf(from, to)) {
      const spent = dollarsIn(month, { dollarsPerHour: cost.dollarsPerHour, from, to });
      if (spent > 0) dollars[month.name] = (dollars[month.name] ?? 0) + spent;
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
