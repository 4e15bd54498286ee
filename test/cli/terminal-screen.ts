import type { TerminalStream } from '../../cli/terminal.ts';

/** A terminal that behaves: it keeps what stands on its screen, as far as the view needs it. */
export interface Screen extends TerminalStream {
  readonly columns: number;
  readonly rows: number;
  /** Lines on the screen and those that have scrolled out of it, colours left out, blanks at the end too. */
  lines(): readonly string[];
  readonly cursorShown: boolean;
  readonly wrapped: boolean;
  readonly written: string;
  resize(columns: number, rows: number): void;
  readonly listeners: number;
}

const SEQUENCE = /\p{Control}\[(\??[\d;]*)([A-Za-z])|\r|\n|\P{Control}/gu;

export const screen = (startColumns: number, startRows: number): Screen => {
  let columns = startColumns;
  let rows = startRows;
  let lines: string[][] = [[]];
  let row = 0;
  let column = 0;
  let top = 0;
  let cursorShown = true;
  let wrapped = false;
  let written = '';
  const resizeListeners = new Set<() => void>();

  const clearBelow = (): void => {
    lines = lines.slice(0, row + 1);
    lines[row] = (lines[row] ?? []).slice(0, column);
  };
  const down = (): void => {
    row += 1;
    while (lines.length <= row) lines.push([]);
    top = Math.max(top, row - rows + 1);
  };
  const command = (parameters: string, name: string): void => {
    if (name === 'A') row = Math.max(top, row - Number(parameters || 1));
    else if (name === 'J' && parameters === '2')
      lines = lines.map((line, index) => (index < top ? line : []));
    else if (name === 'J') clearBelow();
    else if (name === 'H') [row, column] = [top, 0];
    else if (parameters === '?25' && name === 'l') cursorShown = false;
    else if (parameters === '?25' && name === 'h') cursorShown = true;
    else if (name !== 'm') throw new Error(`this terminal does not know ESC [ ${parameters}${name}`);
  };
  const put = (sign: string): void => {
    if (column >= columns) {
      wrapped = true;
      column = 0;
      down();
    }
    const line = lines[row] ?? [];
    line[column] = sign;
    column += 1;
  };

  return {
    isTTY: true,
    get columns() {
      return columns;
    },
    get rows() {
      return rows;
    },
    get cursorShown() {
      return cursorShown;
    },
    get wrapped() {
      return wrapped;
    },
    get written() {
      return written;
    },
    get listeners() {
      return resizeListeners.size;
    },
    lines: () =>
      lines.map((line) =>
        Array.from(line, (sign) => sign ?? ' ')
          .join('')
          .trimEnd(),
      ),
    resize(newColumns, newRows) {
      columns = newColumns;
      rows = newRows;
      for (const listener of resizeListeners) listener();
    },
    on: (_, listener) => resizeListeners.add(listener),
    off: (_, listener) => resizeListeners.delete(listener),
    write(text) {
      written += text;
      for (const [sign, parameters = '', name] of text.matchAll(SEQUENCE)) {
        if (name !== undefined) command(parameters, name);
        else if (sign === '\r') column = 0;
        else if (sign === '\n') down();
        else put(sign);
      }
    },
  };
};
