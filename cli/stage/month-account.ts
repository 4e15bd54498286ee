import { accountsOf, bookedIn, dollarsIn, lifetimesOf } from '../../core/learn/accounts.ts';
import type { LedgerView } from '../../core/model/ledger.ts';
import { type Month, monthsOf } from '../../core/model/months.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import { commitmentsFrom, spentIn } from '../../core/observe/money/commitments.ts';
import type { FleetSettings } from '../../core/settings/fleet-settings.ts';
import { hasPrices } from '../../core/settings/prices.ts';
import { isoOf } from '../command/moments.ts';
import { UsageError } from '../command/usage.ts';
import { type Life, timesOf } from './lives.ts';
import { rateOf } from './price.ts';
import type { Sight } from './sight.ts';

const HOUR = 3600;

/** A month, as far as it has come. */
export interface SoFar {
  readonly month: Month;
  readonly to: number;
}

/** Reads `2026-01`; the month that it is where nothing is said. Throws UsageError. */
export const monthNamed = (text: string | undefined, now: number): SoFar => {
  const [, year = '', month = ''] = /^(\d{4})-(\d{2})$/.exec(text ?? isoOf(now).slice(0, 7)) ?? [];
  const isMonth = Number(year) >= 1970 && Number(month) >= 1 && Number(month) <= 12;
  const from = isMonth ? Date.UTC(Number(year), Number(month) - 1) / 1000 : Number.NaN;
  const [found] = isMonth ? monthsOf(from, from) : [];
  if (found === undefined) {
    throw new UsageError(`--month takes a month in UTC such as 2026-01, not "${text}".`);
  }
  if (found.from > now) {
    throw new UsageError(`--month is ${found.name}, which has not begun: it is ${isoOf(now)} there.`);
  }
  return { month: found, to: Math.min(found.to, now) };
};

/** Where workers live, and the moment that it is. */
type Here = Pick<Sight, 'place' | 'now'>;

/** What a worker cost in a month, as it is booked; undefined: nothing is known of its type. */
const dollarsOf = ({ record, goneAt }: Life, { month }: SoFar, here: Here): number | undefined => {
  const rate = rateOf(record, here.place);
  if (rate === undefined) return undefined;
  const cost = record.cost ?? { dollarsPerHour: rate.awake, endsBy: here.now };
  return lifetimesOf({ ...record, cost }, goneAt ?? here.now, rate.asleep).reduce(
    (sum, lifetime) => sum + dollarsIn(month, lifetime),
    0,
  );
};

const sumOf = (numbers: readonly number[]): number => numbers.reduce((total, of) => total + of, 0);

/** What workers came to in a month. */
interface Figures {
  /** Those that lived at some time of it. */
  readonly workers: number;
  readonly coreHoursPaid: number;
  readonly hoursAsleep: number;
  /** Null: of one nothing is known. */
  readonly dollars: number | null;
  readonly isListed: boolean;
}

/** Adds workers up over a month. */
export const figuresOf = (all: readonly Life[], soFar: SoFar, here: Here): Figures => {
  const { month, to } = soFar;
  const lives = all.filter(
    ({ record, goneAt }) => record.launchedAt < to && (goneAt ?? here.now) > month.from,
  );
  const times = lives.map((life) => ({ ...timesOf(life, [month.from, to]), cpus: life.record.offers.cpus }));
  const dollars = lives.map((life) => dollarsOf(life, soFar, here));
  const known = dollars.filter((of) => of !== undefined);
  return {
    workers: lives.length,
    coreHoursPaid: sumOf(times.map(({ on, cpus }) => (on * cpus) / HOUR)),
    hoursAsleep: sumOf(times.map(({ asleep }) => asleep / HOUR)),
    dollars: known.length < dollars.length ? null : sumOf(known),
    isListed: lives.some(({ record }) => record.cost === undefined),
  };
};

/** The same by fleet, flavour and market. */
export const machinesOf = (
  lives: readonly Life[],
  soFar: SoFar,
  here: Here,
): readonly (Figures & Pick<WorkerRecord, 'fleet'> & Pick<WorkerRecord['offer'], 'flavour' | 'market'>)[] => {
  const groups = Map.groupBy(lives, ({ record: { fleet, offer } }) =>
    JSON.stringify([fleet, offer.flavour, offer.market]),
  );
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, all]) => {
      const [first] = all;
      const figures = figuresOf(all, soFar, here);
      if (first === undefined || figures.workers === 0) return [];
      const { fleet, offer } = first.record;
      return [{ fleet, flavour: offer.flavour, market: offer.market, ...figures }];
    });
};

/** An account holds 13 months; of one before them it says nothing. */
const ACCOUNTS_KEPT_SECONDS = 365 * 86_400;

/**
 * What the budget of a fleet counts in a month, dollars: it is known when its workers are not kept any more. Undefined: it had no
 * prices, or that is too long ago.
 */
export const bookedBy = (
  { fleet, settings }: { readonly fleet: string; readonly settings: FleetSettings | undefined },
  view: LedgerView,
  { month, to }: SoFar,
  now: number,
): number | undefined => {
  const accounts = accountsOf(fleet, view.accounts ?? []);
  const isIn = [accounts.own, ...accounts.former].some(({ dollars }) => Object.hasOwn(dollars, month.name));
  if (settings === undefined || !hasPrices(settings)) {
    return isIn ? bookedIn(month.name, accounts) : undefined;
  }
  if (!isIn && now - month.from > ACCOUNTS_KEPT_SECONDS) return undefined;
  return spentIn(month, commitmentsFrom(view, now)(settings, []), to);
};
