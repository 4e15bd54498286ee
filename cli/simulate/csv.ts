import { UsageError } from '../command/usage.ts';
import { type GivenLine, type GivenLoad, loadOfLines } from './given.ts';

const COLUMNS = ['arrival', 'cores', 'seconds', 'queue', 'memoryMb'] as const;

type Name = (typeof COLUMNS)[number];

const NEEDED: readonly Name[] = ['arrival', 'cores', 'seconds'];

/** A cell as it stands, or between quotation marks, as spreadsheets write it. */
const cellsOf = (line: string): readonly string[] =>
  line.split(',').map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/s, '$1')
      .trim(),
  );

/** Where each column stands. Throws UsageError. */
const headOf = (file: string, line: string): ReadonlyMap<Name, number> => {
  const cells = cellsOf(line).map((cell) => cell.toLowerCase());
  const at = new Map(
    COLUMNS.flatMap((name) => {
      const index = cells.indexOf(name.toLowerCase());
      return index < 0 ? [] : [[name, index] as const];
    }),
  );
  if (NEEDED.every((name) => at.has(name))) return at;
  throw new UsageError(
    `${file}:1: the first line is "${line.slice(0, 60)}"; expected the names of the columns: arrival,cores,seconds or arrival,cores,seconds,queue; put them there.`,
  );
};

const DATED = /^\d{4}-\d{2}-\d{2}/;

/** ISO 8601; without an offset it is UTC. */
const momentOf = (text: string): number => {
  const iso = text.replace(' ', 'T');
  const hasTime = iso.includes('T');
  const hasOffset = /(Z|[+-]\d{2}:?\d{2})$/.test(iso.slice(10));
  return Date.parse(hasTime && !hasOffset ? `${iso}Z` : iso) / 1000;
};

const secondsOf = (text: string): number => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN);

/** No machine that is listed has more. */
const MOST_CORES = 1024;

/** No machine that is listed has more: 24 TiB. */
const MOST_MEMORY_MB = 24 * 1024 * 1024;

const MOST_RUN_SECONDS = 30 * 86_400;

/** Finds what is wrong with a line, in the order of its columns. */
const mistakeIn = (cell: (name: Name) => string, isDated: boolean): string | undefined => {
  const [arrival, cores, seconds] = [cell('arrival'), cell('cores'), cell('seconds')];
  if (DATED.test(arrival) !== isDated) {
    return `arrival is "${arrival}", and the first job's is ${isDated ? 'a time' : 'in seconds'}; write all of them alike`;
  }
  if (!Number.isFinite(isDated ? momentOf(arrival) : secondsOf(arrival))) {
    return `arrival is "${arrival}"; expected seconds such as 5400, or a time such as 2026-01-05T03:00:00Z`;
  }
  if (!/^\d+$/.test(cores) || Number(cores) < 1 || Number(cores) > MOST_CORES) {
    return `cores is "${cores}"; expected a whole number from 1 to ${MOST_CORES}: how many cores the job takes`;
  }
  const run = secondsOf(seconds);
  if (!(run > 0 && run <= MOST_RUN_SECONDS)) {
    return `seconds is "${seconds}"; expected a number above 0 and up to ${MOST_RUN_SECONDS}: how long the job runs`;
  }
  const memory = cell('memoryMb');
  if (memory !== '' && !(Number(memory) > 0 && Number(memory) <= MOST_MEMORY_MB)) {
    return `memoryMb is "${memory}"; expected a number above 0 and up to ${MOST_MEMORY_MB}: what the job asks for in all, or nothing`;
  }
  return undefined;
};

/**
 * Reads jobs from a table in CSV, whose first line names its columns; lines that begin with `#` are comments. Throws UsageError
 * with a sentence for each line that is wrong.
 */
export const readCsv = (file: string, text: string): GivenLoad => {
  const [first = '', ...rest] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const at = headOf(file, first);
  const rows = rest
    .map((line, index) => ({ line, where: `${file}:${index + 2}` }))
    .filter(({ line }) => line.trim() !== '' && !line.startsWith('#'))
    .map(({ line, where }) => {
      const cells = cellsOf(line);
      return { where, cell: (name: Name) => cells[at.get(name) ?? -1] ?? '' };
    });
  const isDated = DATED.test(rows[0]?.cell('arrival') ?? '');
  const lines = rows.map(({ where, cell }): GivenLine => {
    const why = mistakeIn(cell, isDated);
    if (why !== undefined) return { kind: 'mistake', why: `${where}: ${why}.` };
    const [to, memory] = [cell('queue'), cell('memoryMb')];
    const job = {
      at: isDated ? momentOf(cell('arrival')) : secondsOf(cell('arrival')),
      cores: Number(cell('cores')),
      runSeconds: secondsOf(cell('seconds')),
      memoryMb: memory === '' ? undefined : Math.ceil(Number(memory)),
      to: to === '' ? undefined : to,
      where,
    };
    return { kind: 'job', job };
  });
  return loadOfLines(lines, isDated ? 'epoch' : 'first job');
};
