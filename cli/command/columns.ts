import type { Paint } from './paint.ts';
import { cut, harmless, left, right, textWidth } from './text.ts';

/** One column of a table. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
  /** Figures stand at the right. */
  readonly align?: 'right';
  /** Left out where the terminal is too narrow for all, the highest first; absent: it always stays. */
  readonly spare?: number;
  readonly style?: (row: Row) => Parameters<Paint>[0] | undefined;
}

const GAP = 2;

const widthOf = <Row>({ head, cell }: Column<Row>, rows: readonly Row[]): number =>
  Math.max(textWidth(head), ...rows.map((row) => textWidth(harmless(cell(row)))));

const totalOf = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, widths.length - 1);

/** The columns that there is room for; the last one may be cut, down to its heading and some signs. */
const LEAST_LAST = 12;

const fitting = <Row>(columns: readonly Column<Row>[], rows: readonly Row[], room: number) => {
  let kept = columns.map((column) => ({ column, width: widthOf(column, rows) }));
  const needed = () => {
    const widths = kept.map(({ width }) => width);
    return totalOf([...widths.slice(0, -1), Math.min(widths.at(-1) ?? 0, LEAST_LAST)]);
  };
  while (needed() > room) {
    const spares = kept.map(({ column }) => column.spare ?? 0);
    const most = Math.max(...spares);
    if (most === 0) break;
    kept = kept.toSpliced(spares.lastIndexOf(most), 1);
  }
  return kept;
};

/** A table as lines, none wider than the room: a heading, and a line a row. */
export const tableLines = <Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { columns: room, paint }: { readonly columns: number; readonly paint: Paint },
): readonly string[] => {
  const kept = fitting(columns, rows, room);
  const line = (
    cellOf: (column: Column<Row>) => string,
    paintCell: (column: Column<Row>, text: string) => string,
  ) => {
    let taken = 0;
    return kept
      .map(({ column, width }, index) => {
        const isLast = index === kept.length - 1;
        const space = Math.max(0, Math.min(width, room - taken));
        taken += width + GAP;
        const text = harmless(cellOf(column));
        const put =
          column.align === 'right' ? right(text, space) : isLast ? cut(text, space) : left(text, space);
        return paintCell(column, put);
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  };
  return [
    line(
      ({ head }) => head,
      (_, text) => paint('dim', text),
    ),
    ...rows.map((row) =>
      line(
        ({ cell }) => cell(row),
        ({ style }, text) => {
          const of = style?.(row);
          return of === undefined ? text : paint(of, text);
        },
      ),
    ),
  ];
};
