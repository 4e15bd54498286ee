import { faultSvg } from './fault.js';
import { timeTicks } from './ticks.js';
import { clock } from './words.js';

/** Faults lie in a strip of their own above the bar, px. */
const STRIP = { top: 15, height: 6 };
const BAR = { top: 23, height: 12, bottom: 18 };
const round = (value) => Math.round(value * 10) / 10;

/** The progress bar over simulated time as SVG text, with the windows of the faults on it and hours below it. */
export const timeline = ({ width, toSeconds, atSeconds, loadSeconds, faults }) => {
  const x = (seconds) => (width * Math.min(seconds, toSeconds)) / Math.max(1, toSeconds);
  const height = BAR.top + BAR.height + BAR.bottom;
  const ticks = timeTicks(toSeconds, width * 0.8)
    .map((seconds) => {
      const at = round(x(seconds));
      const anchor = at < 16 ? 'start' : at > width - 16 ? 'end' : 'middle';
      return `<text class="time" x="${at}" y="${height - 4}" text-anchor="${anchor}">${clock(seconds)}</text>`;
    })
    .join('');
  const loadEnd =
    toSeconds > loadSeconds
      ? `<line class="load-end" x1="${round(x(loadSeconds))}" x2="${round(x(loadSeconds))}" y1="${BAR.top - 2}" y2="${BAR.top + BAR.height + 2}"/>`
      : '';
  return (
    `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true">` +
    `<rect class="track" x="0" y="${BAR.top}" width="${width}" height="${BAR.height}" rx="3"/>` +
    `<rect class="done" x="0" y="${BAR.top}" width="${round(x(atSeconds))}" height="${BAR.height}" rx="3"/>` +
    faults.map((fault, index) => faultSvg(fault, index, { x, ...STRIP })).join('') +
    `${loadEnd}${ticks}</svg>`
  );
};
