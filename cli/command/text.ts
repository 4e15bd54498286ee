import { stripVTControlCharacters } from 'node:util';

/** Signs that take two columns of a terminal: East Asian wide forms and pictures. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const NO_WIDTH = /\p{Mark}|[\u200b-\u200f\u2060]/u;
const CONTROL = /\p{Control}+/gu;

const signWidth = (sign: string): number => (NO_WIDTH.test(sign) ? 0 : WIDE.test(sign) ? 2 : 1);

/** How many columns a text takes. */
export const textWidth = (text: string): number => {
  let width = 0;
  for (const sign of text) width += signWidth(sign);
  return width;
};

/** Text from elsewhere without anything that could steer the terminal. */
export const harmless = (text: string): string => stripVTControlCharacters(text).replace(CONTROL, ' ');

/** The text, cut to the columns with … at its end if it is wider. */
export const cut = (text: string, columns: number): string => {
  const clean = harmless(text);
  if (textWidth(clean) <= columns) return clean;
  let kept = '';
  let width = 1;
  for (const sign of clean) {
    width += signWidth(sign);
    if (width > columns) break;
    kept += sign;
  }
  return columns > 0 ? `${kept.trimEnd()}…` : '';
};

const blanks = (text: string, columns: number): string => ' '.repeat(Math.max(0, columns - textWidth(text)));

/** The text in exactly so many columns, at their left. */
export const left = (text: string, columns: number): string => {
  const fitting = cut(text, columns);
  return fitting + blanks(fitting, columns);
};

/** The text in exactly so many columns, at their right. */
export const right = (text: string, columns: number): string => {
  const fitting = cut(text, columns);
  return blanks(fitting, columns) + fitting;
};

/** Two texts at the two ends of a line; the second one stays whole. */
export const bothEnds = (start: string, end: string, columns: number): string => {
  const room = columns - textWidth(end) - 1;
  return room < 1 ? cut(start, columns) : `${left(start, room)} ${end}`;
};

/** The text in lines of at most so many columns, broken between words; the first begins with one indent, the others with another. */
export const wrapped = (
  text: string,
  columns: number,
  [first, then]: readonly [string, string],
): readonly string[] => {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of harmless(text).split(' ')) {
    if (!isEmpty && textWidth(line) + 1 + textWidth(word) > columns) {
      lines.push(line);
      line = `${then}${word}`;
      continue;
    }
    line = isEmpty ? `${line}${word}` : `${line} ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
};
