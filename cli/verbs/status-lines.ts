import { type Column, tableLines } from '../command/columns.ts';
import { clockOf, lengthOf } from '../command/moments.ts';
import { wrapped } from '../command/text.ts';
import type { Look } from '../command/verb.ts';
import type { StatusTold } from './status-told.ts';

const at = (iso: string): number => Date.parse(iso) / 1000;

const NOT_KNOWN = '–';

const amount = (value: number | null): string => (value === null ? NOT_KNOWN : String(value));

const dollars = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2));

type Queue = StatusTold['queues'][number];
type Fleet = StatusTold['fleets'][number];

/** What was decided last, and why it was no more. */
const lastOf = (last: Queue['last'], now: number): string => {
  if (last === null) return 'nothing decided yet';
  const { kind, what, limit } = last;
  const since = `${kind === 'rest' || kind === 'hold' ? 'since' : 'at'} ${clockOf(at(last.at), now)}`;
  return limit === undefined ? `${what} ${since}` : `${what} ${since}: ${limit}`;
};

const styleOf = ({ last }: Queue | Fleet) => (last?.kind === 'hold' ? 'yellow' : undefined);

const queueColumns = (now: number): readonly Column<Queue>[] => [
  { head: 'queue', cell: ({ queue }) => queue },
  { head: 'fleet', cell: ({ fleet }) => fleet ?? NOT_KNOWN, spare: 1 },
  { head: 'ready', align: 'right', cell: ({ ready }) => amount(ready) },
  { head: 'waiting', align: 'right', cell: ({ pilotsWaiting }) => amount(pilotsWaiting) },
  { head: 'running', align: 'right', cell: ({ pilotsRunning }) => amount(pilotsRunning) },
  { head: 'last decision', cell: ({ last }) => lastOf(last, now), style: styleOf },
];

const moneyOf = ({ dollarsThisMonth, budgetThisMonth }: Fleet): string => {
  if (dollarsThisMonth === null) return NOT_KNOWN;
  const spent = dollars(dollarsThisMonth);
  return budgetThisMonth === null ? spent : `${spent} of ${dollars(budgetThisMonth)}`;
};

const figure = (head: string, value: (fleet: Fleet) => string, spare?: number): Column<Fleet> => ({
  head,
  align: 'right',
  cell: value,
  ...(spare === undefined ? {} : { spare }),
});

const fleetColumns = (now: number): readonly Column<Fleet>[] => [
  { head: 'fleet', cell: ({ fleet }) => fleet },
  figure('boot', ({ booting }) => String(booting)),
  figure('wake', ({ waking }) => String(waking), 4),
  figure('join', ({ joined, missing }) => String(joined + missing)),
  figure('drain', ({ draining, retiring }) => String(draining + retiring), 2),
  figure('sleep', ({ asleep }) => String(asleep), 3),
  figure('cap', ({ maxWorkers }) => amount(maxWorkers), 6),
  figure('busy', ({ coresBusy }) => amount(coresBusy)),
  figure('paid', ({ coresPaid }) => String(coresPaid)),
  figure('$/h', ({ dollarsPerHour, isListed }) =>
    dollarsPerHour === null ? NOT_KNOWN : `${isListed ? '~' : ''}${dollars(dollarsPerHour)}`,
  ),
  figure('month', moneyOf, 5),
  { head: 'last decision', cell: ({ last }) => lastOf(last, now), style: styleOf },
];

const factsOf = ({ facts: { pilots, workers, settingsAgeSeconds } }: StatusTold): string => {
  const tick = (name: string, of: StatusTold['facts']['pilots']) =>
    of === null
      ? `${name} tick: never`
      : `${name} tick ${lengthOf(of.ageSeconds)} ago, on a pool seen ${lengthOf(of.poolAgeSeconds)} before`;
  return [
    ...(pilots === null ? [] : [tick('pilots', pilots)]),
    tick('workers', workers),
    settingsAgeSeconds === null ? 'settings never read' : `settings ${lengthOf(settingsAgeSeconds)} old`,
  ].join(' · ');
};

/** Those that only say what they would do. */
const inShadow = ({ queues, fleets }: StatusTold): string =>
  [
    ...queues.flatMap(({ queue, isInShadow }) => (isInShadow ? [`queue/${queue}`] : [])),
    ...fleets.flatMap(({ fleet, isInShadow }) => (isInShadow ? [`fleet/${fleet}`] : [])),
  ].join(', ');

/** The lines of a status. */
export const statusLines = (told: StatusTold, look: Look): readonly string[] => {
  const { paint, columns } = look;
  const now = at(told.at);
  const shadow = inShadow(told);
  const holds = [...told.queues, ...told.fleets].filter(({ last }) => last?.kind === 'hold').length;
  const health = [
    ...(told.alarms.length === 0
      ? []
      : [`${told.alarms.length} alarm${told.alarms.length === 1 ? '' : 's'} on`]),
    ...(holds === 0 ? [] : [`${holds} hold`]),
  ];
  const head = `${told.stage} · ${told.at.slice(0, 16).replace('T', ' ')} UTC · `;
  return [
    paint('bold', head) + (health.length === 0 ? paint('green', 'well') : paint('yellow', health.join(', '))),
    ...wrapped(factsOf(told), columns, ['  ', '    ']),
    ...(shadow === ''
      ? []
      : wrapped(`in shadow, so that nothing is done: ${shadow}`, columns, ['  ', '    '])),
    ...told.alarms.flatMap(({ name, since, urgency }) =>
      wrapped(`alarm ${name} since ${clockOf(at(since), now)}: ${urgency ?? 'see its runbook'}`, columns, [
        '  ',
        '    ',
      ]).map((line) => paint('red', line)),
    ),
    '',
    ...(told.queues.length === 0 ? [] : [...tableLines(queueColumns(now), told.queues, look), '']),
    ...tableLines(fleetColumns(now), told.fleets, look),
  ];
};
