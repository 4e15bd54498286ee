import type { Sample } from '../twin/report/sample.ts';
import { type Paint, plain } from './command/paint.ts';
import { bothEnds, cut, left, textWidth } from './command/text.ts';
import { amount, clock, duration, money, percent } from './page/look/words.js';
import { comeTo, grouped, ownerOf, type ToldGroup } from './shown/decisions.ts';
import { facts } from './shown/facts.ts';
import { heldInWords } from './shown/held.ts';
import type { History } from './shown/history.ts';
import { fleetTable, queueTable, type TableLines } from './terminal-table.ts';

const NOTHING_YET: Sample = { atSeconds: 0, queues: [], fleets: [], coresBusy: 0, coresPaid: 0 };
/** Lines that the decisions are left where there are more queues and fleets than fit. */
const DECISION_LINES = 4;
/** The headings and the sums of both tables, the blank line and the heading of the decisions. */
const HEADING_LINES = 8;
/** One queue, or fleet, and the count of those that there is no line for. */
const LEAST_LINES = 2;

/** How fast it goes, and how long the load takes yet in real time; nothing where nobody can know that. */
const paceInWords = (pace: number | undefined, leftSeconds: number): readonly string[] => {
  if (pace === undefined) return [];
  const fast = `${amount(Number(pace.toPrecision(2)))} × real time`;
  return leftSeconds <= 0 ? [fast] : [`${fast}, load done in about ${roughly(leftSeconds / pace)}`, fast];
};

/** Seconds in words, to ten where there are minutes of them: nobody knows it better. */
const roughly = (seconds: number): string =>
  duration(seconds < 60 ? Math.max(1, Math.round(seconds)) : Math.round(seconds / 10) * 10);

/** A bar shorter than this says little. */
const LEAST_BAR = 10;

const progress = (
  { atSeconds }: Sample,
  loadSeconds: number,
  columns: number,
  { paint, pace }: Required<Pick<FrameOptions, 'paint'>> & Pick<FrameOptions, 'pace'>,
): string => {
  const where =
    atSeconds <= loadSeconds
      ? `${clock(atSeconds)} of ${clock(loadSeconds)}  ${percent(atSeconds, loadSeconds)}`
      : `load done, emptying for ${duration(atSeconds - loadSeconds)}`;
  const ways = paceInWords(pace, loadSeconds - atSeconds).map((words) => `${where} · ${words}`);
  const said = ways.find((one) => columns - one.length - 2 >= LEAST_BAR) ?? where;
  const room = columns - said.length - 2;
  if (room < 4) return cut(said, columns);
  const done = Math.round(room * Math.min(1, atSeconds / Math.max(1, loadSeconds)));
  return `${paint('cyan', '█'.repeat(done))}${paint('dim', '░'.repeat(room - done))}  ${said}`;
};

/** The figures of all queues and fleets; where the line is too short, without the words that can be done without. */
const figures = (sample: Sample, history: History, columns: number): string => {
  const all = facts(sample, undefined);
  const jobs = `jobs ${amount(all.jobsDone)} of ${amount(all.activated + all.jobsRunning + all.jobsDone)} done`;
  const cores = `cores ${amount(all.coresBusy)} of ${amount(all.coresPaid)} busy`;
  const [held, shortly] = [
    heldInWords(history.held, sample.atSeconds),
    heldInWords(history.held, sample.atSeconds, 'short'),
  ];
  const busy = `${cores} (${percent(all.coresBusy, all.coresPaid)})`;
  const dollars = sample.listDollars === undefined ? undefined : money(sample.listDollars);
  const said =
    dollars === undefined
      ? [`${jobs} · ${busy} · ${held}`, `${jobs} · ${busy} · ${shortly}`, `${shortly} · ${jobs} · ${cores}`]
      : [
          `${jobs} · ${busy} · ${dollars} at list prices · ${held}`,
          `${jobs} · ${busy} · ${dollars} at list prices · ${shortly}`,
          `${jobs} · ${busy} · list ${dollars} · ${shortly}`,
          `${shortly} · list ${dollars} · ${jobs} · ${cores}`,
        ];
  return said.find((line) => textWidth(line) <= columns) ?? cut(said.at(-1) ?? '', columns);
};

/** The way of a job in one line: how many wait and run, and what is on for them. */
const flow = (sample: Sample, columns: number): string => {
  const { activated, idle, running, booting, joined, asleep } = facts(sample, undefined);
  const pilots = `PanDA ${amount(activated)} ready → pilots ${amount(idle)} wait, ${amount(running)} run → `;
  const ahead = `${sample.queues.length === 0 ? '' : pilots}workers`;
  const on = `${amount(booting)} boot, ${amount(joined)} joined`;
  const said = `${ahead} ${on}, ${amount(asleep)} asleep`;
  return textWidth(said) <= columns ? said : cut(`${ahead} ${on}`, columns);
};

const faultNow = (history: History, atSeconds: number): string => {
  const now = (history.opening?.faults ?? []).filter(
    ({ fromSeconds, toSeconds }) => fromSeconds <= atSeconds && atSeconds < toSeconds,
  );
  return now.map(({ what, toSeconds }) => `fault: ${what}, until ${clock(toSeconds)}`).join('; ');
};

const WHEN_COLUMNS = 6;
const QUEUE_COLUMNS = 24;

const decision = (group: ToldGroup, columns: number, paint: Paint): readonly string[] => {
  const queueColumns = Math.max(8, Math.min(QUEUE_COLUMNS, Math.floor(columns / 4)));
  const since = group.times === 1 ? '' : ` (${group.times} times since ${clock(group.sinceSeconds)})`;
  const head = `${left(clock(group.atSeconds), WHEN_COLUMNS)} ${left(ownerOf(group), queueColumns)} ${group.of}: ${comeTo(group)}${since}`;
  const why =
    group.why.length === 0
      ? []
      : [`${' '.repeat(WHEN_COLUMNS)} ${group.why.map(({ text }) => text).join('; ')}`];
  const style = group.kind === 'hold' ? 'yellow' : undefined;
  const first = cut(head, columns);
  return [
    style === undefined ? first : paint(style, first),
    ...why.map((text) => paint(style ?? 'dim', cut(text, columns))),
  ];
};

/** As many decisions as fit, newest first; none is shown without its reasons. */
const decisions = (history: History, columns: number, rows: number, paint: Paint): readonly string[] => {
  const lines: string[] = [];
  for (const group of grouped(history.told)) {
    const next = decision(group, columns, paint);
    if (lines.length + next.length > rows) break;
    lines.push(...next);
  }
  return lines;
};

/** Fleets are few: they get up to half of the lines, and the queues what is left. */
const tables = (sample: Sample, columns: number, room: number): readonly TableLines[] => {
  const forFleets = Math.max(LEAST_LINES, Math.min(sample.fleets.length, Math.floor(room / 2)));
  const forQueues = Math.max(LEAST_LINES, room - Math.min(sample.fleets.length, forFleets));
  return [queueTable(sample)(columns, forQueues), fleetTable(sample)(columns, forFleets)];
};

const painted = (
  { heading, rows, more, sum }: TableLines,
  columns: number,
  paint: Paint,
): readonly string[] => [
  ...heading.map((line) => paint('dim', cut(line, columns))),
  ...[...rows, ...more].map((line) => cut(line, columns)),
  ...sum.map((line) => paint('bold', cut(line, columns))),
];

export interface FrameOptions {
  readonly paint?: Paint;
  /** A line that always stands in the head. */
  readonly notice?: string | undefined;
  /** Simulated seconds per real second; absent: nobody knows yet. */
  readonly pace?: number | undefined;
}

/**
 * The whole view at one moment as text: at most `rows` lines, none wider than `columns`, so that nothing ever wraps or
 * scrolls.
 */
export const drawFrame = (
  history: History,
  columns: number,
  rows: number,
  { paint = plain, notice, pace }: FrameOptions = {},
): string => {
  const { opening } = history;
  if (opening === undefined) return cut('waiting for the run to begin', columns);
  const sample = history.sample ?? NOTHING_YET;
  const fault = faultNow(history, sample.atSeconds);
  const head = [
    paint('bold', bothEnds(`${opening.title} · ${opening.scenario}`, `seed ${opening.seed}`, columns)),
    progress(sample, opening.loadSeconds, columns, { paint, pace }),
    figures(sample, history, columns),
    flow(sample, columns),
    ...(notice === undefined ? [] : [cut(notice, columns)]),
    fault === '' ? '' : paint('red', cut(fault, columns)),
  ];
  const room = rows - head.length - HEADING_LINES - DECISION_LINES;
  const body = tables(sample, columns, room).flatMap((table) => painted(table, columns, paint));
  const told = decisions(history, columns, rows - head.length - body.length - 2, paint);
  const last = told.length === 0 ? [] : ['', paint('dim', cut('last decisions', columns)), ...told];
  return [...head, ...body, ...last].slice(0, Math.max(1, rows)).join('\n');
};
