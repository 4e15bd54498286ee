import { type Column, tableLines } from '../command/columns.ts';
import { csvLine } from '../command/csv.ts';
import { wrapped } from '../command/text.ts';
import type { Look } from '../command/verb.ts';
import type { AccountingTold, JobGroup, JobTold } from './accounting-told.ts';

type Jobs = NonNullable<AccountingTold['jobs']>;

const NOT_KNOWN = '–';

const figure = (head: string, cell: (row: JobGroup) => string): Column<JobGroup> => ({
  ...{ head, cell, align: 'right' },
});

/** A plain job is of no queue, but of a fleet. */
const ownerOf = ({ queue, fleet }: JobGroup): string =>
  queue ?? (fleet === null ? NOT_KNOWN : `fleet/${fleet}`);

const GROUPS: readonly Column<JobGroup>[] = [
  { head: 'queue', cell: ownerOf },
  { head: 'user', cell: ({ user }) => user },
  { head: 'flavour', cell: ({ flavour }) => flavour ?? NOT_KNOWN },
  { head: 'market', cell: ({ market }) => market ?? NOT_KNOWN },
  figure('jobs', ({ jobs }) => String(jobs)),
  figure('core-h', ({ coreHours }) => coreHours.toFixed(1)),
  figure('cpu-h', ({ cpuHours }) => cpuHours.toFixed(1)),
  figure('$', ({ dollars, isListed }) =>
    dollars === null ? NOT_KNOWN : `${isListed ? '~' : ''}${dollars.toFixed(2)}`,
  ),
];

const LEFT_OUT: Readonly<Record<Jobs['leftOut'][number]['why'], string>> = {
  unfinished: 'have not ended',
  'never-ran': 'never ran',
  incomplete:
    'lack an attribute, or ended before they began: docs/accounting.md names what condor_history has to print',
  twice: 'are there twice',
  'other-month': 'ended in another month',
  elsewhere: 'ran on machines that are not aerie’s',
};

const NOTES: readonly string[] = [
  'Core-h: cores that jobs had, times the time of all their runs. A job counts in the month of its end.',
  '$: a job’s part of its machine by cores, for the time that it ran; what a machine cost while nobody used it is no job’s. Runs on machines before the last one count at what the last costs.',
];

/** Which flavours have no price, so that the sum has none; empty: all have one. */
export const unpriced = (
  rows: readonly { readonly flavour: string | null; readonly dollars: number | null }[],
): readonly string[] => {
  const without = new Set(rows.filter(({ dollars }) => dollars === null).map(({ flavour }) => flavour));
  if (without.size === 0) return [];
  const named = [...without].map((flavour) => flavour ?? 'machines of no known type').join(', ');
  return [
    `No dollars, and so none of the sum: no price is known of ${named}. prices of its fleet gives one to new machines.`,
  ];
};

/** The lines of finished jobs by queue, user, flavour and market. */
export const jobLines = ({ groups, sum, leftOut }: Jobs, look: Look): readonly string[] => {
  const { paint, columns } = look;
  const whose = { queue: 'sum', fleet: null, user: '', flavour: '', market: null };
  const total: JobGroup = { ...whose, ...sum };
  const shown = (row: JobGroup, column: Column<JobGroup>) =>
    row === total && column.head === 'market' ? '' : column.cell(row);
  const all = GROUPS.map((column) => ({ ...column, cell: (row: JobGroup) => shown(row, column) }));
  return [
    ...tableLines(all, [...groups, total], look),
    '',
    ...[
      ...unpriced(groups),
      ...leftOut.map(({ why, jobs }) => `Left out: ${jobs} that ${LEFT_OUT[why]}.`),
    ].flatMap((text) => wrapped(text, columns, ['', '  ']).map((line) => paint('yellow', line))),
    ...NOTES.flatMap((text) => wrapped(text, columns, ['', '  '])).map((line) => paint('dim', line)),
  ];
};

const HEAD: readonly (readonly [string, (job: JobTold) => string | number | null])[] = [
  ['job', ({ id }) => id],
  ['status', ({ status }) => status],
  ['queue', ({ queue }) => queue],
  ['fleet', ({ fleet }) => fleet],
  ['user', ({ user }) => user],
  ['instance', ({ instance }) => instance],
  ['flavour', ({ flavour }) => flavour],
  ['zone', ({ zone }) => zone],
  ['market', ({ market }) => market],
  ['started', ({ startedAt }) => startedAt],
  ['ended', ({ endedAt }) => endedAt],
  ['runs', ({ runs }) => runs],
  ['cores', ({ cores }) => cores],
  ['memory_mb', ({ memoryMb }) => memoryMb],
  ['wall_seconds', ({ wallSeconds }) => wallSeconds],
  ['cpu_seconds', ({ cpuSeconds }) => cpuSeconds],
  ['core_hours', ({ coreHours }) => coreHours.toFixed(4)],
  ['dollars', ({ dollars }) => dollars?.toFixed(6) ?? null],
  ['dollars_at', ({ dollars, isListed }) => (dollars === null ? null : isListed ? 'list' : 'own')],
];

/** Finished jobs as CSV, a line each. */
export const jobsCsv = ({ finished }: Jobs): readonly string[] => [
  csvLine(HEAD.map(([name]) => name)),
  ...finished.map((job) => csvLine(HEAD.map(([, cell]) => cell(job)))),
];
