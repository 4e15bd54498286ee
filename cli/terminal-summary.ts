import { cut, left, right, textWidth } from './command/text.ts';
import { type SummaryTable, summaryTables } from './shown/summary.ts';

const tableLines = ({ title, head, rows }: SummaryTable): readonly string[] => {
  const heading = head.includes('unit') ? [] : [head];
  const lines = [...heading, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => textWidth(line[column] ?? ''))));
  const atLeft = (column: number) => column === 0 || head[column] === 'unit';
  const cell = (text: string, column: number) =>
    (atLeft(column) ? left : right)(text, widths[column] ?? textWidth(text));
  return [...(title === '' ? [] : ['', title]), ...lines.map((line) => line.map(cell).join('  ').trimEnd())];
};

/**
 * The summary of a run as aligned lines: figures at the right, their units beside them. The sentence of one that was
 * given up does not fit in here; it stands below, in full.
 */
export const summaryLines = (
  { givenUp: _, ...figures }: Readonly<Record<string, unknown>>,
  columns: number,
): readonly string[] =>
  summaryTables(figures)
    .flatMap(tableLines)
    .map((line) => cut(line, columns));
