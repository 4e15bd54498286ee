import { type Column, tableLines } from '../command/columns.ts';
import { clockOf, lengthOf } from '../command/moments.ts';
import { wrapped } from '../command/text.ts';
import type { Look } from '../command/verb.ts';
import { amount, money, percent } from '../page/look/words.js';
import { chartLines, mostIn, type Series } from '../simulate/chart.ts';
import type { Outcome, SimulateTold } from './simulate-told.ts';
import { changeOf } from './try-lines.ts';

const seconds = (iso: string): number => Date.parse(iso) / 1000;

/** The cores over time of an outcome, with moments as numbers. */
export const seriesOf = ({ overTime: { from, to, ...series } }: Outcome): Series => ({
  from: seconds(from),
  to: seconds(to),
  ...series,
});

const dollars = (value: number | null): string => (value === null ? 'no price' : `~${money(value)}`);
const times = (value: number | null): string => (value === null ? '–' : value.toFixed(2));

const QUEUES: readonly Column<Outcome['queues'][number]>[] = [
  { head: 'jobs of', cell: ({ of }) => of },
  { head: 'on fleet', cell: ({ fleet }) => fleet, spare: 2 },
  { head: 'done', cell: ({ done, jobs }) => `${amount(done)} of ${amount(jobs)}`, align: 'right' },
  { head: 'mean wait', cell: ({ waitSeconds }) => lengthOf(waitSeconds.mean), align: 'right' },
  { head: '50 %', cell: ({ waitSeconds }) => lengthOf(waitSeconds.p50), align: 'right' },
  { head: '95 %', cell: ({ waitSeconds }) => lengthOf(waitSeconds.p95), align: 'right' },
  { head: 'longest', cell: ({ waitSeconds }) => lengthOf(waitSeconds.longest), align: 'right', spare: 1 },
];

const FLEETS: readonly Column<Outcome['fleets'][number]>[] = [
  { head: 'fleet', cell: ({ fleet }) => fleet },
  { head: 'launched', cell: ({ launched }) => amount(launched), align: 'right' },
  { head: 'useless', cell: ({ useless }) => amount(useless), align: 'right' },
  { head: 'woken', cell: ({ woken }) => amount(woken), align: 'right', spare: 2 },
  { head: 'most cores', cell: ({ mostCores }) => amount(mostCores), align: 'right' },
  { head: 'core-hours used', cell: ({ coreHoursUsed }) => amount(coreHoursUsed), align: 'right', spare: 3 },
  { head: 'paid', cell: ({ coreHoursPaid }) => amount(coreHoursPaid), align: 'right' },
  { head: 'over bound', cell: ({ overBound }) => times(overBound), align: 'right' },
  { head: 'dollars', cell: (fleet) => dollars(fleet.dollars), align: 'right' },
];

/** What limits for less long is a tick or two. */
const LEAST_SECONDS = 120;
const MOST_LIMITS = 6;

/** Below half a percent there is nothing to say. */
const shareOf = (share: number): string => (share < 0.005 ? '' : ` (${percent(share, 1)})`);

const limitLines = ({ limits, overTime }: Outcome, look: Look): readonly string[] => {
  const whole = seconds(overTime.to) - seconds(overTime.from);
  const long = limits.filter((limit) => limit.seconds >= LEAST_SECONDS);
  if (long.length === 0) return ['nothing limited for as long as two minutes'];
  return [
    'what limited, and what would lift it:',
    ...long
      .slice(0, MOST_LIMITS)
      .flatMap((limit) => [
        ...wrapped(
          `${lengthOf(limit.seconds)}${shareOf(limit.seconds / whole)} ${limit.of}${limit.isHold ? ' held' : ''}: ${limit.text}`,
          look.columns,
          ['  ', '    '],
        ),
        ...(limit.fix === null
          ? []
          : wrapped(
              `${limit.fix.command === undefined ? '' : `${limit.fix.command}: `}${limit.fix.text}`,
              look.columns,
              ['      ', '        '],
            )),
      ]),
    ...(long.length > MOST_LIMITS ? [`  and ${long.length - MOST_LIMITS} more; --json has them`] : []),
  ];
};

const detailLines = (outcome: Outcome, most: number, look: Look): readonly string[] => [
  ...outcome.leftOut.flatMap(({ why, jobs }) =>
    wrapped(`${amount(jobs)} ${jobs === 1 ? 'job is' : 'jobs are'} left out: ${why}`, look.columns, [
      '',
      '  ',
    ]).map((line) => look.paint('yellow', line)),
  ),
  ...(outcome.givenUp === null
    ? []
    : wrapped(outcome.givenUp, look.columns, ['', '  ']).map((line) => look.paint('red', line))),
  ...tableLines(QUEUES, outcome.queues, look),
  '',
  ...tableLines(FLEETS, outcome.fleets, look),
  '',
  ...limitLines(outcome, look),
  '',
  ...chartLines(seriesOf(outcome), look, most),
];

interface Row {
  readonly head: string;
  readonly of: (outcome: Outcome) => number | null;
  readonly shown: (value: number) => string;
}

const COMPARED: readonly Row[] = [
  { head: 'jobs done', of: ({ done }) => done, shown: amount },
  { head: 'mean wait', of: ({ waitSeconds }) => waitSeconds.mean, shown: lengthOf },
  { head: '95 % wait less than', of: ({ waitSeconds }) => waitSeconds.p95, shown: lengthOf },
  { head: 'launches', of: ({ launched }) => launched, shown: amount },
  { head: 'wakes', of: ({ woken }) => woken, shown: amount },
  { head: 'most cores', of: ({ mostCores }) => mostCores, shown: amount },
  { head: 'core-hours paid', of: ({ coreHoursPaid }) => coreHoursPaid, shown: amount },
  { head: 'paid over the bound', of: ({ overBound }) => overBound, shown: times },
  { head: 'dollars', of: (outcome) => outcome.dollars, shown: dollars },
];

const compared = (now: Outcome, changed: Outcome): readonly Column<Row>[] => {
  const cell = (outcome: Outcome) => (row: Row) => {
    const value = row.of(outcome);
    return value === null ? '–' : row.shown(value);
  };
  return [
    { head: '', cell: ({ head }) => head },
    { head: 'now', align: 'right', cell: cell(now) },
    { head: 'with the change', align: 'right', cell: cell(changed) },
    { head: '', cell: ({ of }) => changeOf(of(now), of(changed)) },
  ];
};

/** The lines of what a load would come to. */
export const simulateLines = (told: SimulateTold, look: Look): readonly string[] => {
  const { now, changed, load, boots } = told;
  const said = (text: string) => wrapped(text, look.columns, ['', '  ']);
  const [from, to] = [seconds(load.from), seconds(load.to)];
  const most = mostIn([now, ...(changed === null ? [] : [changed])].map(seriesOf));
  const settings = told.settingsOf === 'cdk.json' ? 'its block in cdk.json' : 'the settings in force';
  return [
    ...told.changes.flatMap((one) => said(`${one.of} ${one.knob}: ${one.from} → ${one.to}`)),
    ...said(
      `${told.stage} with ${settings}: ${load.jobs === 1 ? '1 job that comes' : `${amount(load.jobs)} jobs that come`} from ${clockOf(from, from)} to ${clockOf(to, from)} UTC, ${amount(now.coreHours)} core-hours; seed ${told.seed}; nothing was put`,
    ),
    ...(told.playedActive.length === 0
      ? []
      : said(`${told.playedActive.join(', ')}: paused, drained or in shadow, and played as if not`)),
    ...(changed === null
      ? []
      : ['', ...tableLines(compared(now, changed), COMPARED, look), '', look.paint('bold', 'now:')]),
    ...detailLines(now, most, look),
    ...(changed === null
      ? []
      : ['', look.paint('bold', 'with the change:'), ...detailLines(changed, most, look)]),
    ...said(
      `Machines take ${lengthOf(boots.meanSeconds)} to boot${boots.neverShare > 0 ? `, and ${percent(boots.neverShare, 1)} never join` : ''}, as ${boots.isOfStage ? 'those of the stage did lately' : 'the twin’s do'}. Not in it: ${told.notInIt.join('; ')}.`,
    ).map((line) => look.paint('dim', line)),
  ];
};
