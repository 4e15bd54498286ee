/** A value of a table; what is not known is an empty cell. */
export type Cell = string | number | null | undefined;

/** RFC 4180: what has a comma, a quote or a line's end stands in quotes. */
const cellOf = (value: Cell): string => {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Returns a line of comma-separated values. */
export const csvLine = (cells: readonly Cell[]): string => cells.map(cellOf).join(',');
