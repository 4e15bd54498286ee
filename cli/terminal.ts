import type { Shown } from '../twin/report/sample.ts';
import { canRedraw, type Paint, painted, plain, wantsColor } from './command/paint.ts';
import { wrapped } from './command/text.ts';
import { emptyHistory, recorded } from './shown/history.ts';
import { paceMeter } from './shown/pace.ts';
import { drawFrame } from './terminal-frame.ts';
import { plainLines } from './terminal-lines.ts';
import { soFarSentence, summarySentences } from './terminal-sentences.ts';
import { summaryLines } from './terminal-summary.ts';

/** The part of a tty.WriteStream that the view needs; a pipe or a file has no columns and is no TTY. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on?(event: 'resize', listener: () => void): unknown;
  off?(event: 'resize', listener: () => void): unknown;
}

export interface TerminalOptions {
  readonly stream: TerminalStream;
  /** Draws for this width instead of the stream's own. */
  readonly columns?: number;
  /** What the terminal is like (TERM, NO_COLOR); this process's own unless given. */
  readonly env?: Environment;
  /** Colour unless the terminal or NO_COLOR is against it. */
  readonly color?: boolean;
  /** A line that stands above the queues all the time, such as where the page is. */
  readonly notice?: string;
  /** Real milliseconds, only to leave out frames that no eye would see. */
  readonly nowMs?: () => number;
}

export interface Terminal {
  show(shown: Shown): void;
  /** Gives the cursor back for as long as the process is stopped. */
  pause(): void;
  /** Draws anew, on a screen that others may have written on. */
  resume(): void;
  /**
   * Gives the cursor back and leaves the last frame where it is; call it however the run ends. One that is not over gets a sentence
   * that says how far it came.
   */
  close(): void;
}

const ESC = '\u001b[';
const HIDE_CURSOR = `${ESC}?25l`;
const SHOW_CURSOR = `${ESC}?25h`;
const CLEAR_SCREEN = `${ESC}2J${ESC}H`;
const CLEAR_BELOW = `${ESC}J`;

/** The only one that there is. */
const KEYS = 'Ctrl-C ends it';

const LEAST_MS_BETWEEN_FRAMES = 100;
const COLUMNS = 80;
const ROWS = 24;

type Environment = Readonly<Record<string, string | undefined>>;

const printing = ({ stream, notice }: TerminalOptions): Terminal => {
  let history = emptyHistory();
  let isOver = false;
  const linesOf = plainLines();
  if (notice !== undefined) stream.write(`${notice}\n`);
  return {
    show(shown) {
      history = recorded(history, shown);
      isOver ||= shown.kind === 'closing';
      for (const line of linesOf(shown, history)) stream.write(`${line}\n`);
    },
    pause() {},
    resume() {},
    close() {
      const soFar = soFarSentence(history);
      if (isOver || soFar === undefined) return;
      isOver = true;
      stream.write(`${soFar}\n`);
    },
  };
};

const redrawing = (options: TerminalOptions): Terminal => {
  const {
    stream,
    notice,
    env = process.env,
    color = wantsColor(stream, env),
    nowMs = () => performance.now(),
  } = options;
  let history = emptyHistory();
  const meter = paceMeter();
  const keys = notice === undefined ? KEYS : `${notice} · ${KEYS}`;
  const paint: Paint = color ? painted : plain;
  const columns = () => Math.max(1, (options.columns ?? stream.columns) || COLUMNS);
  let linesDrawn = 0;
  let drawnAtMs = Number.NEGATIVE_INFINITY;
  let state: 'fresh' | 'drawing' | 'done' = 'fresh';

  /**
   * Goes back to the first line of the frame before, clears and writes. What is cleared is cleared first: after a line
   * as wide as the screen, clearing would take its last sign.
   */
  const draw = (before: string): void => {
    const head = { paint, notice: keys, pace: meter.pace() };
    const lines = drawFrame(history, columns(), stream.rows || ROWS, head).split('\n');
    const up = linesDrawn > 1 ? `${ESC}${linesDrawn - 1}A` : '';
    stream.write(`${before}\r${up}${CLEAR_BELOW}${lines.join('\r\n')}`);
    linesDrawn = lines.length;
    drawnAtMs = nowMs();
  };

  const resized = (): void => {
    // The terminal has wrapped the old lines by its own rule, so nobody knows where they are now.
    linesDrawn = 0;
    draw(CLEAR_SCREEN);
  };

  const begin = (): void => {
    state = 'drawing';
    stream.on?.('resize', resized);
    draw(HIDE_CURSOR);
  };

  const finish = (after: readonly string[]): void => {
    if (state !== 'drawing') return;
    draw('');
    state = 'done';
    stream.off?.('resize', resized);
    stream.write(`\r\n${after.map((line) => `${line}\r\n`).join('')}${SHOW_CURSOR}`);
  };

  return {
    show(shown) {
      history = recorded(history, shown);
      if (shown.kind === 'sample') meter.at(shown.atSeconds, nowMs());
      if (state === 'fresh') begin();
      if (shown.kind === 'closing') {
        finish([
          ...summarySentences(shown.summary, history).flatMap((text) => wrapped(text, columns(), ['', ''])),
          ...summaryLines(shown.summary, columns()),
        ]);
      } else if (state === 'drawing' && nowMs() - drawnAtMs >= LEAST_MS_BETWEEN_FRAMES) {
        draw('');
      }
    },
    pause() {
      if (state === 'drawing') stream.write(`\r\n${SHOW_CURSOR}`);
    },
    resume() {
      if (state !== 'drawing') return;
      linesDrawn = 0;
      meter.forget();
      draw(`${HIDE_CURSOR}${CLEAR_SCREEN}`);
    },
    close() {
      const soFar = soFarSentence(history);
      finish(soFar === undefined ? [] : wrapped(soFar, columns(), ['', '']));
    },
  };
};

/** Shows a run in a terminal: redrawn in place where that can be done, otherwise as a few plain lines. */
export const terminal = (options: TerminalOptions): Terminal =>
  canRedraw(options.stream, options.env ?? process.env) ? redrawing(options) : printing(options);
