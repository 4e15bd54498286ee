import { clockOf, lengthOf } from '../command/moments.ts';
import type { Look } from '../command/verb.ts';
import { amount } from '../page/look/words.js';

/** Means of equal parts of a time, cores. */
export interface Series {
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Of jobs that compute. */
  readonly busy: readonly number[];
  /** Of machines with power. */
  readonly paid: readonly number[];
  /** Of jobs that compute and that wait. */
  readonly wanted: readonly number[];
}

/** One sign for every part, in a terminal of eighty columns. */
export const PARTS = 64;

const ROWS = 8;
const SCALE_COLUMNS = 8;

const SIGN = { busy: '█', paid: '░', wanted: '·' } as const;

/** What stands in one row of one part: a row shows what reaches over its middle. */
const signAt = ({ busy, paid, wanted }: Series, part: number, level: number): string => {
  if ((busy[part] ?? 0) >= level) return SIGN.busy;
  if ((paid[part] ?? 0) >= level) return SIGN.paid;
  return (wanted[part] ?? 0) >= level ? SIGN.wanted : ' ';
};

/** Draws cores over time in the terminal; nothing where it has no room for that. */
export const chartLines = (series: Series, look: Look, most: number): readonly string[] => {
  if (look.columns < PARTS + SCALE_COLUMNS || most === 0) return [];
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const level = (most * (ROWS - index - 0.5)) / ROWS;
    const scale = index === 0 ? amount(Math.round(most)) : '';
    const signs = Array.from({ length: PARTS }, (_part, part) => signAt(series, part, level)).join('');
    return `${scale.padStart(SCALE_COLUMNS - 2)} ${signs.trimEnd()}`.trimEnd();
  });
  const { from, to } = series;
  const [begin, end] = [clockOf(from, from), `${clockOf(to, from)} UTC, ${lengthOf(to - from)} later`];
  const axis = `${begin}${end.padStart(Math.max(end.length + 1, PARTS - begin.length))}`;
  return [
    look.paint(
      'dim',
      `cores: ${SIGN.busy} with a job, ${SIGN.paid} paid without one, ${SIGN.wanted} that jobs wait for`,
    ),
    ...rows,
    look.paint('dim', `${' '.repeat(SCALE_COLUMNS - 1)}${axis}`),
  ];
};

/** The most that any of some series shows: they are drawn to one scale. */
export const mostIn = (all: readonly Series[]): number =>
  all.reduce((most, { paid, wanted }) => Math.max(most, ...paid, ...wanted), 0);
