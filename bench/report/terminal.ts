import type { Row, Table } from './suite.ts';

const COLUMNS = [
  ['wait mean', (row: Row) => row.figures.waitMeanSeconds.toFixed(1)],
  ['p95 s', (row: Row) => row.figures.waitP95Seconds.toFixed(0)],
  ['cost', (row: Row) => row.figures.cost.toFixed(3)],
  ['waste %', (row: Row) => (100 * row.figures.wasteShare).toFixed(1)],
  ['VMs', (row: Row) => String(row.figures.machines)],
  ['useless %', (row: Row) => (100 * row.figures.uselessShare).toFixed(1)],
  ['calls/VM', (row: Row) => row.figures.callsPerMachine.toFixed(2)],
  ['90 % min', (row: Row) => row.figures.rampMinutes.most.toFixed(1)],
] as const;

const NAME_WIDTH = 38;

export const nameOf = ({ policy, size }: Row): string =>
  size === undefined ? policy : `${policy}, ${size} cores`;

/** A table of one load for the terminal: a policy in a line, the cheapest first. */
export const inTerminal = ({ load, jobs, boundCoreHours, rows }: Table): string => {
  const cheapestFirst = [...rows].sort((a, b) => a.figures.cost - b.figures.cost);
  const head = ['policy'.padEnd(NAME_WIDTH), ...COLUMNS.map(([title]) => title.padStart(10))].join('');
  const lines = cheapestFirst.map((row) =>
    [
      nameOf(row)
        .slice(0, NAME_WIDTH - 1)
        .padEnd(NAME_WIDTH),
      ...COLUMNS.map(([, text]) => text(row).padStart(10)),
    ].join(''),
  );
  const apart = cheapestFirst.flatMap((row) =>
    (row.byWidth ?? []).map(({ cores, meanSeconds, p95Seconds }) => {
      const [mean, p95] = [meanSeconds, p95Seconds].map((seconds) => (seconds / 3600).toFixed(1));
      return `${nameOf(row)}: ${cores}-core jobs wait ${mean} h, p95 ${p95} h`;
    }),
  );
  const bound = `the zero-wait bound is ${Math.round(boundCoreHours)} core-hours (cost 1)`;
  return [`${load}: ${jobs} jobs; ${bound}`, head, ...lines, ...apart, ''].join('\n');
};
