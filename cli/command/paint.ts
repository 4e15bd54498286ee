import { styleText } from 'node:util';

type Style = 'bold' | 'dim' | 'yellow' | 'red' | 'cyan' | 'green';

/** Puts a style on a text that already has its final width. */
export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_, text) => text;

export const painted: Paint = (style, text) => styleText(style, text, { validateStream: false });

type Environment = Readonly<Record<string, string | undefined>>;

/** The part of a tty.WriteStream that says whether it is one. */
interface Stream {
  readonly isTTY?: boolean;
}

/** True where a cursor can be moved: a TTY that does not say it is dumb. */
export const canRedraw = (stream: Stream, env: Environment): boolean =>
  stream.isTTY === true && env.TERM !== 'dumb';

/** True where colour is welcome: where redrawing is, and no NO_COLOR (no-color.org). */
export const wantsColor = (stream: Stream, env: Environment): boolean =>
  canRedraw(stream, env) && (env.NO_COLOR ?? '') === '';
