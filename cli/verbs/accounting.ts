import { KEPT_SECONDS } from '../../adapters/ledger/items.ts';
import { isoOf } from '../command/moments.ts';
import { UsageError } from '../command/usage.ts';
import { verb } from '../command/verb.ts';
import { chargedJobs } from '../jobs/charged.ts';
import { readJobs } from '../jobs/history.ts';
import { type Life, livesSince } from '../stage/lives.ts';
import { bookedBy, figuresOf, machinesOf, monthNamed, type SoFar } from '../stage/month-account.ts';
import { ownersOf } from '../stage/owners.ts';
import { METRICS_KEPT_SECONDS, pilotMinutes } from '../stage/pilot-minutes.ts';
import type { Sight } from '../stage/sight.ts';
import { accountingCsv, accountingLines } from './accounting-lines.ts';
import { type AccountingTold, accountingTold } from './accounting-told.ts';
import { DOES } from './does.ts';
import { jobsTold, type RecordsAsked } from './jobs-told.ts';

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

/** What is asked of the jobs' history. */
interface JobsAsked {
  readonly file: string | undefined;
  readonly records: RecordsAsked | undefined;
}

const RECORDS = ['auditor', 'apel'] as const;

/** Throws UsageError: options that do not go together. */
const jobsAskedIn = (options: {
  readonly csv?: boolean | undefined;
  readonly json?: unknown;
  readonly jobs?: string | undefined;
  readonly records?: string | undefined;
  readonly site?: string | undefined;
}): JobsAsked => {
  const { csv, jobs: file, records, site = '' } = options;
  const forms = [
    ...(records === undefined ? [] : ['--records']),
    ...(csv === true ? ['--csv'] : []),
    ...(options.json === true ? ['--json'] : []),
  ];
  if (forms.length > 1) {
    throw new UsageError(`${forms.join(' and ')} are two forms of one answer; say one of them.`);
  }
  if (records === undefined) return { file, records: undefined };
  const form = RECORDS.find((name) => name === records);
  if (form === undefined) {
    throw new UsageError(`--records takes ${RECORDS.join(' or ')}, not "${records}".`);
  }
  if (file === undefined) {
    throw new UsageError('--records are made of jobs; say --jobs FILE with their history besides.');
  }
  if (site.trim() === '') {
    throw new UsageError('--records name the site; say --site NAME as its GOCDB or your accounting has it.');
  }
  return { file, records: { form, site } };
};

const jobsOf = async (
  { file, records }: JobsAsked,
  lives: readonly Life[],
  soFar: SoFar,
  { place }: Sight,
): Promise<AccountingTold['jobs']> => {
  if (file === undefined) return null;
  const workers = new Map(lives.map(({ record }) => [record.instanceId, record]));
  return jobsTold(chargedJobs(await readJobs(file), soFar, workers, place), records);
};

const accountFor = async (sight: Sight, soFar: SoFar, asked: JobsAsked): Promise<AccountingTold> => {
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
    jobs: await jobsOf(asked, lives, soFar, sight),
  };
};

export const accounting = verb({
  name: 'accounting',
  takes: '[--month 2026-01] [--jobs FILE] [--csv]',
  names: [0, 0],
  does: DOES.accounting,
  more: [
    'The ledger keeps workers for 30 days after their end; what is missing of a month is said. Users and single jobs',
    'only the schedd knows: with --jobs they come from its history. Dollars with a ~ are at AWS’s list prices, spot as on demand.',
    'What all of it counts: docs/accounting.md. Exit code: 0.',
  ],
  options: {
    month: { type: 'string' },
    jobs: { type: 'string' },
    csv: { type: 'boolean', default: false },
    records: { type: 'string' },
    site: { type: 'string' },
  },
  means: {
    month: ['MONTH', 'which, in UTC: 2026-01; else the one that it is'],
    jobs: ['FILE', 'jobs that condor_history -json has printed'],
    csv: ['', 'comma-separated values; with --jobs a line a job'],
    records: ['FORM', 'those jobs as records: auditor or apel'],
    site: ['NAME', 'the site in these records'],
  },
  examples: [
    'aerie accounting --month 2026-01 --csv > 2026-01.csv',
    'aerie accounting --jobs jobs.json --stage prod',
    'aerie accounting --jobs jobs.json --records apel --site BNL-ATLAS > message',
  ],
  schema: accountingTold,
  ask: ({ sight, options }) => accountFor(sight, monthNamed(options.month, sight.now), jobsAskedIn(options)),
  lines: (told, look, { csv }) =>
    told.jobs?.records ?? (csv === true ? accountingCsv(told) : accountingLines(told, look)),
  isWell: () => true,
});
