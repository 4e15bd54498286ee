import { type Exposures, withExposed } from './hazards.ts';
import { monthsOf, secondsIn } from './months.ts';
import type { WorkerRecord } from './records.ts';

/** What a worker costs, as was known when it was launched. */
export interface Cost {
  readonly dollarsPerHour: number;
  /** When it has ended at the latest, whatever happens to aerie: it powers itself off. */
  readonly endsBy: number;
}

/** A worker that is over and whose cost is not booked yet. */
export interface EndedWorker {
  readonly worker: WorkerRecord & { readonly cost: Cost };
  readonly endedAt: number;
}

/**
 * What a queue has spent on workers that are over, by month, dollars. `booked`: those whose records may still be there;
 * booked with the money in one write, so that none is counted twice.
 */
export interface Account {
  readonly queue: string;
  readonly dollars: Readonly<Record<string, number>>;
  readonly booked: readonly string[];
  /** What its spot workers have shown of their pools; absent: it had none. */
  readonly pools?: Exposures;
  /** How often it has been written: a write rests on the one before it. */
  readonly version: number;
}

export const NO_ACCOUNT = (queue: string): Account => ({ queue, dollars: {}, booked: [], version: 0 });

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

/** Those that are over and not in the account yet. */
export const unbooked = (account: Account, ended: readonly EndedWorker[]): readonly EndedWorker[] => {
  const booked = new Set(account.booked);
  return ended.filter(({ worker }) => !booked.has(worker.instanceId));
};

/**
 * The account with every worker of the queue that is over. The same workers again change nothing but what is
 * remembered as booked: those that are still there, and no others.
 */
export const withEnded = (account: Account, ended: readonly EndedWorker[]): Account => {
  const dollars: Record<string, number> = { ...account.dollars };
  const fresh = unbooked(account, ended);
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
    queue: account.queue,
    dollars: Object.fromEntries(kept),
    booked: ended.map(({ worker }) => worker.instanceId),
    ...(Object.keys(pools).length === 0 ? {} : { pools }),
    version: account.version + 1,
  };
};
