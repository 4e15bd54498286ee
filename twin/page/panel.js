import { charts, facts, sayLegend } from './charts.js';
import { MARGIN, plot, timeScale } from './plot.js';
import { element } from './text.js';
import { amount, clock, money, percent } from './words.js';

const HEIGHT = 128;
const ZERO = facts({ queues: [], fleets: [], coresBusy: 0, coresPaid: 0 }, undefined);

const legendItem = ([name, tone]) =>
  element('li', {}, element('i', { class: `swatch ${tone}` }), `${name} `, element('b', {}, '–'));

const chartCard = ({ id, title, unit, legend }) => {
  const drawing = element('div', { class: 'drawing' });
  const card = element(
    'figure',
    { class: 'chart', 'data-chart': id },
    element('figcaption', {}, element('h3', {}, title, ' ', element('small', {}, `${unit} over h:min`))),
    element('ul', { class: 'legend' }, ...legend.map(legendItem)),
    drawing,
  );
  return { card, drawing, values: [...card.querySelectorAll('.legend b')] };
};

const sayJobs = (row) =>
  `${amount(row.activated)} activated, ${amount(row.jobsRunning)} running, ${amount(row.jobsDone)} done`;

const sayCores = (row, busy) =>
  row.coresPaid > 0 ? [`${percent(row.coresBusy, row.coresPaid)} of the cores paid are ${busy}`] : [];

const sayWorkers = (row) => {
  const workers = row.booting + row.joined + row.draining;
  const dollars = row.listDollars > 0 ? [`${money(row.listDollars)} so far`] : [];
  return [`${amount(workers)} workers`, ...sayCores(row, 'claimed'), ...dollars];
};

const headline = (row, who) => {
  if (who?.of === 'queue') return sayJobs(row);
  return (who?.of === 'fleet' ? sayWorkers(row) : [sayJobs(row), ...sayCores(row, 'busy')]).join(' · ');
};

const titleOf = (who) => {
  if (who === undefined) return 'All queues and fleets';
  return who.of === 'queue' ? who.name : `Fleet ${who.name}`;
};

const indexAt = (samples, seconds) => {
  let low = 0;
  for (let high = samples.length - 1; low < high; ) {
    const middle = (low + high + 1) >> 1;
    if (samples[middle].atSeconds <= seconds) low = middle;
    else high = middle - 1;
  }
  return low;
};

/** The time stands on the side of the line that has more room. */
const placeCross = (cross, at, width, words) => {
  const atRight = at > width / 2;
  const time = cross.querySelector('text');
  cross.setAttribute('transform', `translate(${at} 0)`);
  time.textContent = words;
  time.setAttribute('x', atRight ? -4 : 4);
  time.setAttribute('text-anchor', atRight ? 'end' : 'start');
};

/** Where the pointer is over a drawing, as a share of its time axis. */
const shareUnder = ({ currentTarget, clientX }) => {
  const { left, width } = currentTarget.getBoundingClientRect();
  return Math.max(0, Math.min(1, (clientX - left - MARGIN.left) / (width - MARGIN.left - MARGIN.right)));
};

/** What a sample says of a queue or a fleet, worked out once for each sample. */
const remembered = (who) => {
  const known = new WeakMap();
  return (sample) => {
    const before = known.get(sample);
    if (before !== undefined) return before;
    const now = facts(sample, who);
    known.set(sample, now);
    return now;
  };
};

/** The panel of one queue or fleet, or of all together if none is named. It can be folded, and is not drawn then. */
export const panel = (who, { onLook, onResize }) => {
  const cards = charts([], who).map(chartCard);
  const figures = element('span', { class: 'headline' });
  const root = element(
    'details',
    { class: 'card panel', open: '', 'data-of': who?.of ?? 'all', 'data-name': who?.name ?? '' },
    element('summary', {}, element('h2', {}, titleOf(who)), figures),
    element('div', { class: 'charts', 'data-charts': cards.length }, ...cards.map(({ card }) => card)),
  );
  const factsOf = remembered(who);
  // Told by the browser after its own layout: asking for a width in the middle of drawing would cost one layout each.
  const widths = new Map();
  const sizes = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) widths.set(target, Math.floor(contentRect.width));
    onResize();
  });
  for (const { drawing } of cards) sizes.observe(drawing);
  let rows = [];
  let samples = [];
  let toSeconds = 0;
  let drawn = charts([], who);

  const look = (atSeconds) => {
    if (samples.length === 0) return;
    const index = atSeconds === undefined ? samples.length - 1 : indexAt(samples, atSeconds);
    for (const [which, { drawing, values }] of cards.entries()) {
      const { legend } = drawn[which];
      for (const [item, value] of values.entries()) {
        value.textContent = amount(legend[item][2](rows[index] ?? ZERO));
      }
      const cross = drawing.querySelector('.cross');
      if (cross === null) continue;
      const width = Number(drawing.dataset.width);
      const at = timeScale(width, toSeconds)(samples[index].atSeconds);
      cross.setAttribute('visibility', atSeconds === undefined ? 'hidden' : 'visible');
      placeCross(cross, at, width, clock(samples[index].atSeconds));
    }
  };

  const draw = (history, untilSeconds) => {
    samples = history.samples;
    toSeconds = untilSeconds;
    rows = samples.map(factsOf);
    const last = rows.at(-1) ?? ZERO;
    figures.textContent = headline(last, who);
    if (!root.open) return;
    drawn = charts(rows, who);
    const times = samples.map(({ atSeconds }) => atSeconds);
    for (const [which, { drawing }] of cards.entries()) {
      const width = widths.get(drawing) ?? 0;
      if (width < MARGIN.left * 2) continue;
      const { title, layers, legend } = drawn[which];
      const said = `${title} of ${who === undefined ? 'all' : `${who.of} ${who.name}`} up to ${clock(times.at(-1) ?? 0)}: ${sayLegend(legend, last)}`;
      drawing.dataset.width = width;
      drawing.innerHTML = plot({
        label: said,
        width,
        height: HEIGHT,
        toSeconds,
        times,
        layers,
        faults: history.opening?.faults ?? [],
      });
    }
  };

  for (const { drawing } of cards) {
    drawing.addEventListener('pointermove', (event) => onLook(shareUnder(event) * toSeconds));
    drawing.addEventListener('pointerleave', () => onLook(undefined));
  }
  return { root, draw, look };
};
