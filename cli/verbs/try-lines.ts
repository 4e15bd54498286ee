import { type Column, tableLines } from '../command/columns.ts';
import { clockOf, lengthOf } from '../command/moments.ts';
import { wrapped } from '../command/text.ts';
import type { Look } from '../command/verb.ts';
import type { Outcome, TryTold } from './try-told.ts';

const seconds = (iso: string): number => Date.parse(iso) / 1000;

interface Row {
  readonly head: string;
  /** Undefined: not known. */
  readonly of: (outcome: Outcome) => number | null | undefined;
  readonly shown: (value: number) => string;
}

const whole = (value: number): string => String(Math.round(value));

const rowsOf = ({ recorded, model, changed }: TryTold): readonly Row[] => {
  const fleets = [
    ...new Set([recorded, model, changed].flatMap(({ launchedBy }) => Object.keys(launchedBy))),
  ].sort();
  return [
    { head: 'launches', of: ({ launched }) => launched, shown: whole },
    ...(fleets.length < 2
      ? []
      : fleets.map((fleet) => ({
          head: `  of fleet/${fleet}`,
          of: ({ launchedBy }: Outcome) => launchedBy[fleet] ?? 0,
          shown: whole,
        }))),
    { head: 'wakes', of: ({ woken }) => woken, shown: whole },
    { head: 'mean wait', of: ({ waitMeanSeconds }) => waitMeanSeconds, shown: lengthOf },
    { head: '95 % wait less than', of: ({ waitP95Seconds }) => waitP95Seconds, shown: lengthOf },
    { head: 'core-hours paid', of: ({ coreHours }) => coreHours, shown: (value) => value.toFixed(1) },
    { head: 'dollars', of: ({ dollars }) => dollars, shown: (value) => `~${value.toFixed(2)}` },
  ];
};

/** How much more or less something is, in words. Beyond three times as much, a share in percent says little. */
export const changeOf = (was: number | null, is: number | null): string => {
  if (was === null || is === null || was === 0) return '';
  const share = is / was - 1;
  if (share >= 2) return `${Math.round(is / was)} times`;
  const percent = Math.abs(Math.round(100 * share));
  return percent === 0 ? '' : `${share < 0 ? '−' : '+'}${percent} %`;
};

const columnsOf = ({ recorded, model, changed }: TryTold): readonly Column<Row>[] => {
  const cell = (outcome: Outcome) => (row: Row) => {
    const value = row.of(outcome);
    return value === null || value === undefined ? '–' : row.shown(value);
  };
  return [
    { head: '', cell: ({ head }) => head },
    { head: 'recorded', align: 'right', cell: cell(recorded), spare: 1 },
    { head: 'model', align: 'right', cell: cell(model) },
    { head: 'with the change', align: 'right', cell: cell(changed) },
    {
      head: '',
      cell: (row) => changeOf(row.of(model) ?? null, row.of(changed) ?? null),
    },
  ];
};

const beliefOf = ({ launchesOff }: TryTold): string => {
  if (launchesOff === null)
    return 'nothing was launched in this time, so nobody can say how good the model is';
  const off = Math.abs(Math.round(100 * launchesOff));
  return off === 0
    ? 'the model launches as many as there were'
    : `the model launches ${off} % ${launchesOff > 0 ? 'more' : 'fewer'} than there were: believe no smaller difference`;
};

/** The lines of what would have been. */
export const tryLines = (told: TryTold, look: Look): readonly string[] => {
  const now = seconds(told.at);
  const [from, to] = [seconds(told.from), seconds(told.to)];
  return [
    ...told.changes.flatMap((one) =>
      wrapped(`${one.of} ${one.knob}: ${one.from} → ${one.to}`, look.columns, ['', '  ']),
    ),
    ...wrapped(
      `${clockOf(from, now)} to ${clockOf(to, now)}, ${lengthOf(to - from)}, with ${told.jobs} jobs; nothing was put`,
      look.columns,
      ['', '  '],
    ),
    ...tableLines(columnsOf(told), rowsOf(told), look),
    ...wrapped(beliefOf(told), look.columns, ['', '  ']).map((line) => look.paint('dim', line)),
    ...(told.unreadTicks === 0
      ? []
      : wrapped(
          `${told.unreadTicks} ticks could not be read, and the jobs of their moments are guessed`,
          look.columns,
          ['', '  '],
        )),
  ];
};
