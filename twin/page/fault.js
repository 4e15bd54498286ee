import { escapeText } from './text.js';
import { clock } from './words.js';

/** px that one letter of a fault's label takes, measured generously. */
const LETTER_PX = 6.2;

const round = (value) => Math.round(value * 10) / 10;

/** A to Z, then A2 to Z2, and so on: what stands for a fault where its name has no room. */
const faultLetter = (index) =>
  String.fromCharCode(65 + (index % 26)) + (index < 26 ? '' : Math.floor(index / 26) + 1);

/** A fault with its letter, its name and its window, in words. */
export const sayFault = (fault, index) =>
  `${faultLetter(index)} ${fault.what}, ${clock(fault.fromSeconds)} to ${clock(fault.toSeconds)}`;

/** The shaded window of a fault as SVG text, with its name above it where that fits and otherwise its letter. */
export const faultSvg = (fault, index, { x, top, height }) => {
  const from = round(x(fault.fromSeconds));
  const width = Math.max(2, round(x(fault.toSeconds) - from));
  const letter = faultLetter(index);
  const named = `${letter} ${fault.what}`;
  const label = named.length * LETTER_PX <= width ? named : letter;
  return (
    `<g class="fault"><title>${escapeText(sayFault(fault, index))}</title>` +
    `<rect x="${from}" y="${top}" width="${width}" height="${round(height)}"/>` +
    `<text x="${round(from + width / 2)}" y="${top - 4}" text-anchor="middle">${escapeText(label)}</text></g>`
  );
};
