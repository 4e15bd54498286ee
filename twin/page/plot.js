import { faultSvg } from './fault.js';
import { escapeText } from './text.js';
import { countTicks, timeTicks } from './ticks.js';
import { clock, shortAmount } from './words.js';

/** Room around the drawing for the labels of the axes, px. */
export const MARGIN = { left: 34, right: 10, top: 14, bottom: 18 };

const round = (value) => Math.round(value * 10) / 10;

/**
 * Which samples to draw: of those that fall on one column of pixels the lowest and the highest, so that no peak is
 * lost and the path never has more than two points per pixel.
 */
export const columns = (xs, heights) => {
  const kept = [];
  for (let start = 0; start < xs.length; ) {
    const column = Math.floor(xs[start]);
    let low = start;
    let high = start;
    let end = start;
    for (; end < xs.length && Math.floor(xs[end]) === column; end += 1) {
      if (heights[end] < heights[low]) low = end;
      if (heights[end] > heights[high]) high = end;
    }
    kept.push(Math.min(low, high));
    if (low !== high) kept.push(Math.max(low, high));
    start = end;
  }
  if (kept.length > 0 && kept.at(-1) !== xs.length - 1) kept.push(xs.length - 1);
  return kept;
};

const points = (kept, xs, values, y) => kept.map((index) => `${round(xs[index])},${round(y(values[index]))}`);

const areaPath = (layer, kept, xs, y) => {
  const roof = points(kept, xs, layer.to, y);
  const floor =
    layer.from === undefined
      ? [`${round(xs[kept.at(-1)])},${round(y(0))}`, `${round(xs[kept[0]])},${round(y(0))}`]
      : points(kept, xs, layer.from, y).reverse();
  return `M${roof.join('L')}L${floor.join('L')}Z`;
};

const layerSvg = (layer, kept, xs, y) => {
  const d =
    layer.kind === 'area' ? areaPath(layer, kept, xs, y) : `M${points(kept, xs, layer.to, y).join('L')}`;
  return `<path class="${layer.kind} ${layer.tone}" d="${d}"/>`;
};

/** Where seconds lie across a chart of this width, px. */
export const timeScale = (width, toSeconds) => {
  const inner = Math.max(1, width - MARGIN.left - MARGIN.right);
  return (seconds) => MARGIN.left + (inner * Math.min(seconds, toSeconds)) / Math.max(1, toSeconds);
};

const timeAxis = (toSeconds, width, height, x) =>
  timeTicks(toSeconds, width - MARGIN.left - MARGIN.right)
    .map((seconds) => {
      const at = round(x(seconds));
      const anchor = at > width - 18 ? 'end' : 'middle';
      const edge = anchor === 'end' ? width - 1 : at;
      return (
        `<line class="tick" x1="${at}" x2="${at}" y1="${height - MARGIN.bottom}" y2="${height - MARGIN.bottom + 3}"/>` +
        `<text class="time" x="${edge}" y="${height - 4}" text-anchor="${anchor}">${clock(seconds)}</text>`
      );
    })
    .join('');

const countAxis = (ticks, width, y) =>
  ticks
    .map((count) => {
      const at = round(y(count));
      return (
        `<line class="${count === 0 ? 'base' : 'grid'}" x1="${MARGIN.left}" x2="${width - MARGIN.right}" y1="${at}" y2="${at}"/>` +
        `<text class="count" x="${MARGIN.left - 5}" y="${at + 3.5}" text-anchor="end">${shortAmount(count)}</text>`
      );
    })
    .join('');

const highest = (values) => values.reduce((most, value) => (value > most ? value : most), 0);

/** A limit stretches the axis to at most this many times the highest figure; above that it is named, not drawn. */
const LIMIT_STRETCH = 2;

const axisTop = (layers) => {
  const drawn = highest(layers.filter(({ kind }) => kind !== 'limit').map(({ to }) => highest(to)));
  const limit = highest(layers.filter(({ kind }) => kind === 'limit').map(({ to }) => highest(to)));
  return limit <= drawn * LIMIT_STRETCH ? Math.max(drawn, limit) : drawn;
};

/**
 * One chart as SVG text. It depends on nothing but its argument: times in simulated seconds, layers drawn in order
 * (`area` between `from` and `to`, `line`, dashed `limit`), each with a tone that the style sheet colours.
 */
export const plot = ({ label, width, height, toSeconds, times, layers, faults }) => {
  const x = timeScale(width, toSeconds);
  const ticks = countTicks(axisTop(layers));
  const top = ticks.at(-1);
  const inner = height - MARGIN.top - MARGIN.bottom;
  const y = (value) => MARGIN.top + inner * (1 - value / top);
  const xs = times.map(x);
  const drawn = layers.filter(({ kind, to }) => kind !== 'limit' || highest(to) <= top);
  const kept = columns(
    xs,
    times.map((_, index) => layers.reduce((sum, { to }) => sum + to[index], 0)),
  );
  const paths = kept.length === 0 ? [] : drawn.map((layer) => layerSvg(layer, kept, xs, y));
  return (
    `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeText(label)}">` +
    faults.map((fault, index) => faultSvg(fault, index, { x, top: MARGIN.top, height: inner })).join('') +
    countAxis(ticks, width, y) +
    paths.join('') +
    timeAxis(toSeconds, width, height, x) +
    `<g class="cross" visibility="hidden"><line x1="0" x2="0" y1="${MARGIN.top}" y2="${height - MARGIN.bottom}"/>` +
    `<text y="${MARGIN.top + 9}"></text></g></svg>`
  );
};
