import { type Axis, legend, line, plot, scales, text } from '../../twin/report/svg.ts';
import type { Sample } from '../model/run.ts';
import type { Row, Table } from './suite.ts';
import { nameOf } from './terminal.ts';

const COLOUR = {
  aerie: '#c0392b',
  peer: '#2c6fbb',
  ideal: '#7f8c8d',
  demand: '#555',
  live: '#c0392b',
} as const;

const colourOf = ({ policy }: Row): string => {
  if (policy.startsWith('aerie')) return COLOUR.aerie;
  return /ideal|clairvoyant/.test(policy) ? COLOUR.ideal : COLOUR.peer;
};

/** Ticks that are worth a line between two numbers of a logarithmic axis. */
const logTicks = (from: number, to: number): readonly number[] =>
  [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000].filter((n) => n >= from && n <= to);

/** Names that would stand on each other are moved apart, downwards. */
const apart = <T extends { readonly y: number }>(labels: readonly T[]): readonly T[] => {
  let last = Number.NEGATIVE_INFINITY;
  return [...labels]
    .sort((a, b) => a.y - b.y)
    .map((label) => {
      last = Math.max(label.y, last + 12);
      return { ...label, y: last };
    });
};

/** Cost against wait, every policy a point; the bound is the line at 1. */
export const costAgainstWait = ({ load, rows }: Table): string => {
  const waits = rows.map(({ figures }) => Math.max(1, figures.waitMeanSeconds));
  const costs = rows.map(({ figures }) => figures.cost);
  const x: Axis = {
    title: 'mean wait, seconds (logarithmic)',
    from: Math.min(...waits) * 0.8,
    to: Math.max(...waits) * 4,
    ticks: logTicks(Math.min(...waits) * 0.8, Math.max(...waits) * 4),
    log: true,
  };
  const top = Math.max(...costs) * 1.02;
  const ticks = Array.from({ length: 6 }, (_, i) => Math.round((1 + ((top - 1) * i) / 5) * 100) / 100);
  const y: Axis = { title: 'paid, over the zero-wait bound', from: 0.98, to: top, ticks };
  const at = scales(x, y);
  const labels = apart(
    rows.map((row) => ({
      x: at.x(Math.max(1, row.figures.waitMeanSeconds)),
      y: at.y(row.figures.cost),
      row,
    })),
  );
  const points = labels.flatMap(({ row, x: px, y: py }) => [
    `<circle cx="${px}" cy="${at.y(row.figures.cost)}" r="4" fill="${colourOf(row)}"/>`,
    text({ x: px + 8, y: py + 4 }, nameOf(row), `fill="${colourOf(row)}"`),
  ]);
  const bound = `<line x1="${at.x(x.from)}" y1="${at.y(1)}" x2="${at.x(x.to)}" y2="${at.y(1)}" stroke="#27ae60" stroke-width="2"/>`;
  return plot(`${load}: cost against wait`, x, y, [bound, ...points]);
};

/** Demand, and what was there for it, over the days of a run. */
export const overTime = (load: string, samples: readonly Sample[], days: number): string => {
  const shown = samples.filter(({ at }) => at <= days * 86_400);
  const most = Math.max(1, ...shown.map(({ live, busy, queued }) => Math.max(live, busy + queued)));
  const x: Axis = { title: 'days', from: 0, to: days, ticks: Array.from({ length: days + 1 }, (_, i) => i) };
  const step = 10 ** Math.floor(Math.log10(most));
  const y: Axis = {
    title: 'cores',
    from: 0,
    to: most * 1.05,
    ticks: Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step),
  };
  const points = (value: (sample: Sample) => number) =>
    shown.map((sample) => ({ x: sample.at / 86_400, y: value(sample) }));
  return plot(`${load}: demand and capacity`, x, y, [
    line(
      points(({ live }) => live),
      x,
      y,
      COLOUR.live,
    ),
    line(
      points(({ busy, queued }) => busy + queued),
      x,
      y,
      COLOUR.demand,
    ),
    ...legend([
      ['cores paid for (aerie)', COLOUR.live],
      ['cores of jobs, running and waiting', COLOUR.demand],
    ]),
  ]);
};

const PALETTE = ['#c0392b', '#2c6fbb', '#8e44ad', '#d68910', '#148f77', '#7f8c8d'] as const;

/** Share of a step's jobs that have begun, over the minutes since. */
export const ramp = (
  title: string,
  starts: readonly (readonly [string, Float64Array])[],
  minutes: number,
): string => {
  const x: Axis = {
    title: 'minutes after the step',
    from: 0,
    to: minutes,
    ticks: Array.from({ length: Math.floor(minutes / 10) + 1 }, (_, i) => i * 10),
  };
  const y: Axis = { title: 'jobs begun, %', from: 0, to: 100, ticks: [0, 25, 50, 75, 90, 100] };
  const lines = starts.map(([, times], index) => {
    const sorted = times.filter((time) => time <= minutes * 60).sort();
    const every = Math.max(1, Math.floor(sorted.length / 400));
    const points = [...sorted]
      .map((time, i) => ({ x: time / 60, y: (100 * (i + 1)) / times.length }))
      .filter((_, i) => i % every === 0);
    return line([{ x: 0, y: 0 }, ...points], x, y, PALETTE[index % PALETTE.length] ?? '#000');
  });
  const names = starts.map(([name], index) => [name, PALETTE[index % PALETTE.length] ?? '#000'] as const);
  return plot(title, x, y, [...lines, ...legend(names)]);
};
