import { type Column, tableLines } from '../command/columns.ts';
import { type Cell, csvLine } from '../command/csv.ts';
import { wrapped } from '../command/text.ts';
import type { Look } from '../command/verb.ts';
import type { AccountingTold, Machines } from './accounting-told.ts';
import { jobLines, jobsCsv, unpriced } from './job-lines.ts';

type Row = Omit<Machines, 'fleet' | 'flavour' | 'market'> & {
  readonly fleet: string;
  readonly flavour: string;
  readonly market: string;
};
type Queue = AccountingTold['queues'][number];
type Fleet = AccountingTold['fleets'][number];

const NOT_KNOWN = '–';

const figure = <Of>(head: string, cell: (row: Of) => string): Column<Of> => ({ head, cell, align: 'right' });

const MACHINES: readonly Column<Row>[] = [
  { head: 'fleet', cell: ({ fleet }) => fleet },
  { head: 'flavour', cell: ({ flavour }) => flavour },
  { head: 'market', cell: ({ market }) => market },
  figure('workers', ({ workers }) => String(workers)),
  figure('core-h paid', ({ coreHoursPaid }) => coreHoursPaid.toFixed(1)),
  figure('asleep h', ({ hoursAsleep }) => hoursAsleep.toFixed(1)),
  figure('$', ({ dollars, isListed }) =>
    dollars === null ? NOT_KNOWN : `${isListed ? '~' : ''}${dollars.toFixed(2)}`,
  ),
];

const QUEUES: readonly Column<Queue>[] = [
  { head: 'queue', cell: ({ queue }) => queue },
  { head: 'fleet', cell: ({ fleet }) => fleet },
  figure('cores', ({ cpus }) => String(cpus)),
  figure('core-h claimed', ({ coreHoursClaimed }) => coreHoursClaimed?.toFixed(1) ?? NOT_KNOWN),
];

const FLEETS: readonly Column<Fleet>[] = [
  { head: 'fleet', cell: ({ fleet }) => fleet },
  figure('$ booked', ({ dollarsBooked }) => dollarsBooked?.toFixed(2) ?? NOT_KNOWN),
];

const NOTES: readonly string[] = [
  'Paid: cores of machines that were on, whoever used them. One that was woken as another size counts as what it was last.',
  'Claimed: pilots that ran, seen once a minute, times the cores that their queue asks for now, on machines of aerie’s and others; not in minutes in which the queue held, and no plain jobs.',
  'Users and single jobs are not in the ledger: give the schedd’s history with --jobs FILE. Which queue’s jobs a machine ran is not either, so these queues have no dollars.',
];

/** What of the month these records cannot tell any more. */
const missing = ({ keptSince }: AccountingTold): readonly string[] =>
  keptSince === null
    ? []
    : [
        `Workers that were over before ${keptSince.slice(0, 10)} are not kept any more: the rows of machines are less than the month was. Dollars booked are whole.`,
      ];

/** The lines of a month's account. */
export const accountingLines = (told: AccountingTold, look: Look): readonly string[] => {
  const { paint, columns } = look;
  const sum: Row = { fleet: 'sum', flavour: '', market: '', ...told.sum };
  const booked = told.fleets.filter(({ dollarsBooked }) => dollarsBooked !== null);
  const until = told.to.slice(0, 16).replace('T', ' ');
  if (told.jobs !== null) {
    return [
      paint('bold', `${told.stage} · jobs of ${told.month}, up to ${until} UTC`),
      '',
      ...jobLines(told.jobs, look),
    ];
  }
  return [
    paint('bold', `${told.stage} · ${told.month}, up to ${until} UTC`),
    '',
    ...tableLines(MACHINES, [...told.machines, sum], look),
    ...(booked.length === 0 ? [] : ['', ...tableLines(FLEETS, booked, look)]),
    ...(told.queues.length === 0 ? [] : ['', ...tableLines(QUEUES, told.queues, look)]),
    '',
    ...[...unpriced(told.machines), ...missing(told)].flatMap((text) =>
      wrapped(text, columns, ['', '  ']).map((line) => paint('yellow', line)),
    ),
    ...NOTES.flatMap((text) => wrapped(text, columns, ['', '  '])).map((line) => paint('dim', line)),
  ];
};

const HEAD = [
  ...['month', 'of', 'queue', 'fleet', 'flavour', 'market', 'workers'],
  ...['core_hours_paid', 'hours_asleep', 'core_hours_claimed', 'dollars', 'dollars_at'],
] as const;

type Named = Readonly<Partial<Record<(typeof HEAD)[number], Cell>>>;

const lineOf = (row: Named): string => csvLine(HEAD.map((name) => row[name]));

const figures = (value: number | null): string => (value === null ? '' : value.toFixed(4));

const monthCsv = ({ month, machines, fleets, queues }: AccountingTold): readonly string[] => [
  HEAD.join(','),
  ...machines.map(({ fleet, flavour, market, workers, coreHoursPaid, hoursAsleep, dollars, isListed }) =>
    lineOf({
      ...{ month, of: 'machines', fleet, flavour, market, workers },
      ...{ core_hours_paid: figures(coreHoursPaid), hours_asleep: figures(hoursAsleep) },
      ...{ dollars: figures(dollars), dollars_at: dollars === null ? '' : isListed ? 'list' : 'own' },
    }),
  ),
  ...fleets.flatMap(({ fleet, dollarsBooked }) =>
    dollarsBooked === null
      ? []
      : [lineOf({ month, of: 'booked', fleet, dollars: figures(dollarsBooked), dollars_at: 'own' })],
  ),
  ...queues.map(({ queue, fleet, coreHoursClaimed }) =>
    lineOf({ month, of: 'pilots', queue, fleet, core_hours_claimed: figures(coreHoursClaimed) }),
  ),
];

/** The same as CSV, one table: of the jobs where there are some, else of the month. What is not known is empty. */
export const accountingCsv = (told: AccountingTold): readonly string[] =>
  told.jobs === null ? monthCsv(told) : jobsCsv(told.jobs);
