import { KEPT_SECONDS } from '../../adapters/ledger/items.ts';
import { isoOf } from '../command/moments.ts';
import { UsageError } from '../command/usage.ts';
import { verb } from '../command/verb.ts';
import { livesSince } from '../stage/lives.ts';
import { bookedBy, figuresOf, machinesOf, monthNamed, type SoFar } from '../stage/month-account.ts';
import { ownersOf } from '../stage/owners.ts';
import { METRICS_KEPT_SECONDS, pilotMinutes } from '../stage/pilot-minutes.ts';
import type { Sight } from '../stage/sight.ts';
import { accountingCsv, accountingLines } from './accounting-lines.ts';
import { type AccountingTold, accountingTold } from './accounting-told.ts';
import { DOES } from './does.ts';

/** Fleets with settings, workers, or an account from when they had prices. */
const fleetsOf = async (sight: Sight): Promise<readonly string[]> => {
  const [owners, { accounts = [] }] = await Promise.all([ownersOf(sight), sight.view()]);
  const names = owners.flatMap(({ of, name }) => (of === 'fleet' ? [name] : []));
  return [...new Set([...names, ...accounts.map(({ fleet }) => fleet)])].sort();
};

const bookedOf = async (sight: Sight, fleets: readonly string[], soFar: SoFar) => {
  const [{ fleets: parsed }, view] = await Promise.all([sight.settings(), sight.view()]);
  const known = new Map(parsed.flatMap((of) => (of.ok ? [[of.settings.name, of.settings] as const] : [])));
  return fleets.map((fleet) => ({
    fleet,
    dollarsBooked: bookedBy({ fleet, settings: known.get(fleet) }, view, soFar, sight.now) ?? null,
  }));
};

const claimsOf = async (sight: Sight, { month, to }: SoFar): Promise<AccountingTold['queues']> => {
  const { queues } = await sight.settings();
  const usable = queues.flatMap((of) => (of.ok ? [of.settings] : []));
  const isKept = sight.hasQueueMetrics && sight.now - month.from <= METRICS_KEPT_SECONDS;
  const names = usable.map(({ name }) => name).sort();
  const minutes = isKept
    ? await pilotMinutes(sight.clients.cloudwatch, sight.stage, names, { from: month.from, to })
    : undefined;
  return usable
    .map(({ name, fleet, cpus }) => ({
      ...{ queue: name, fleet, cpus },
      coreHoursClaimed: minutes === undefined ? null : ((minutes.get(name) ?? 0) * cpus) / 60,
    }))
    .sort((a, b) => (a.queue < b.queue ? -1 : 1));
};

const accountFor = async (sight: Sight, soFar: SoFar): Promise<AccountingTold> => {
  const { month, to } = soFar;
  const fleets = await fleetsOf(sight);
  const [lives, booked, queues] = await Promise.all([
    livesSince(sight, fleets, month.from),
    bookedOf(sight, fleets, soFar),
    claimsOf(sight, soFar),
  ]);
  const keptSince = sight.now - KEPT_SECONDS.past;
  return {
    stage: sight.stage,
    at: isoOf(sight.now),
    month: month.name,
    from: isoOf(month.from),
    to: isoOf(to),
    keptSince: keptSince > month.from ? isoOf(Math.min(keptSince, month.to)) : null,
    machines: [...machinesOf(lives, soFar, sight)],
    sum: figuresOf(lives, soFar, sight),
    fleets: booked,
    queues,
  };
};

export const accounting = verb({
  name: 'accounting',
  takes: '[--month 2026-01] [--csv]',
  names: [0, 0],
  does: DOES.accounting,
  more: [
    'The ledger keeps workers that are over for 30 days: what is missing of a month from before is said. Booked dollars of fleets with',
    'prices are kept for 13 months, pilots for 15. Dollars with a ~ are at AWS’s list prices; spot is counted as on demand there.',
    'Users and single jobs only the schedd knows. Exit code: 0.',
  ],
  options: { month: { type: 'string' }, csv: { type: 'boolean', default: false } },
  means: {
    month: ['MONTH', 'which, in UTC: 2026-01; else the one that it is'],
    csv: ['', 'comma-separated values, for a spreadsheet'],
  },
  examples: ['aerie accounting --stage prod', 'aerie accounting --month 2026-01 --csv > 2026-01.csv'],
  schema: accountingTold,
  ask: ({ sight, options }) => {
    if (options.csv === true && 'json' in options && options.json === true) {
      throw new UsageError('--csv and --json are two forms of one answer; say one of them.');
    }
    return accountFor(sight, monthNamed(options.month, sight.now));
  },
  lines: (told, look, { csv }) => (csv === true ? accountingCsv(told) : accountingLines(told, look)),
  isWell: () => true,
});
