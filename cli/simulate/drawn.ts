import { type Axis, legend, line, plot } from '../../twin/report/svg.ts';
import { mostIn, type Series } from './chart.ts';

const WANTED = { name: 'cores of jobs, running and waiting', colour: '#555' } as const;
const PAID = [
  { name: 'cores paid for', colour: '#2c6fbb' },
  { name: 'cores paid for with the change', colour: '#c0392b' },
] as const;

/** At most so many lines of a grid. */
const TICKS = 8;

/** Numbers that are easy to read, from 0 to the most, evenly. */
const ticksUpTo = (most: number): readonly number[] => {
  const rough = most / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((of) => of * power).find((of) => of >= rough) ?? rough;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) =>
    Number((index * step).toPrecision(6)),
  );
};

const axis = (title: string, most: number): Axis => ({ title, from: 0, to: most, ticks: ticksUpTo(most) });

/** The middle of each part, hours after the beginning of all. */
const pointsOf = (values: readonly number[], { from, to }: Series, begins: number) =>
  values.map((y, part) => ({ x: (from - begins + ((part + 0.5) * (to - from)) / values.length) / 3600, y }));

/** Draws cores over time as SVG: wanted, and paid now and, if a second series is there, with the change. */
export const drawn = (title: string, all: readonly Series[]): string => {
  const begins = Math.min(...all.map(({ from }) => from));
  const x = axis('hours after the first job', (Math.max(...all.map(({ to }) => to)) - begins) / 3600);
  const y = axis('cores', Math.max(1, mostIn(all)));
  const lineOf = (series: Series, values: readonly number[], colour: string) =>
    line(pointsOf(values, series, begins), x, y, colour);
  return plot(title, x, y, [
    ...all.slice(0, 1).map((series) => lineOf(series, series.wanted, WANTED.colour)),
    ...all.map((series, index) => lineOf(series, series.paid, PAID[index]?.colour ?? WANTED.colour)),
    ...legend([WANTED, ...PAID.slice(0, all.length)].map(({ name, colour }) => [name, colour])),
  ]);
};
