import { element, mark, say, shape } from './element.js';
import { areaPath, bandsOf, linePath, stacked, topOf } from './spark.js';
import { age, amount, duration, money, shortAmount, timeOf } from './words.js';

const BOX = { width: 180, height: 30 };
const NOT_KNOWN = '–';

const number = (value) => (value === null ? NOT_KNOWN : amount(value));

/** A small chart: layers of areas and lines, and bands where it held. */
const spark = (layers) => {
  const bands = shape('g', { class: 'bands' });
  const paths = layers.map((name) => shape('path', { class: name }));
  const title = shape('title', {});
  const top = element('span', { class: 'top', 'aria-hidden': 'true' });
  const drawing = shape(
    'svg',
    { viewBox: `0 0 ${BOX.width} ${BOX.height}`, preserveAspectRatio: 'none', role: 'img' },
    title,
    bands,
    ...paths,
  );
  const root = element('div', { class: 'spark' }, drawing, top);
  const draw = (drawn, most, said, spans) => {
    for (const [index, d] of drawn.entries()) mark(paths[index], 'd', d);
    say(top, shortAmount(most));
    say(title, said);
    const text = JSON.stringify(spans);
    if (bands.dataset.spans === text) return;
    bands.dataset.spans = text;
    bands.replaceChildren(
      ...spans.map(([x, width]) => shape('rect', { x, y: 0, width, height: BOX.height })),
    );
  };
  return { root, draw };
};

/** What is decided, what limits it since when, and what mends that. */
const limitCell = () => {
  const words = element('span', { class: 'limit-words' });
  const code = element('code', {});
  const root = element('td', { class: 'limit' }, words, code);
  const draw = (row, now) => {
    const { kind = 'none', what = 'nothing decided yet', limit, since, mend, isInShadow } = row;
    const quiet = kind === 'rest' || kind === 'hold';
    const when = since === undefined ? '' : `${quiet ? 'since' : 'at'} ${timeOf(since, now)}`;
    const shadow = isInShadow ? 'in shadow: ' : '';
    mark(root, 'data-kind', limit === undefined ? kind : kind === 'hold' ? 'hold' : 'limited');
    const idle = kind === 'rest' && limit === undefined;
    say(
      words,
      `${shadow}${idle ? 'nothing; at ' : ''}${what} ${when}${limit === undefined ? '' : `: ${limit}`}`,
    );
    say(code, mend?.command ?? '');
    code.hidden = mend?.command === undefined;
    root.title = mend?.text ?? '';
  };
  return { root, draw };
};

const figure = (label, name) => element('td', { class: `figure ${name}`, 'data-label': label });

const nameCell = (of, name, onStory) => {
  const open = element('button', { type: 'button', class: 'name' }, name);
  open.addEventListener('click', () => onStory(of, name));
  const more = element('small', {});
  return { root: element('th', { scope: 'row' }, open, more), more };
};

const spansOf = (events, of, head, steps) =>
  bandsOf(
    [...events.values()].filter((event) => event.kind === 'hold' && event.of === of),
    head,
    steps,
    BOX.width,
  );

const latest = (values) => values.findLast((value) => value !== null) ?? null;

/** One row of a queue. */
const queueRow = (name, onStory) => {
  const named = nameCell('queue', name, onStory);
  const [ready, waiting, running, wait] = [
    figure('ready', 'ready'),
    figure('waiting', 'waiting'),
    figure('running', 'running'),
    figure('mean wait', 'wait'),
  ];
  // The lower area lies over the upper one.
  const chart = spark(['area waiting', 'area useful', 'line ready']);
  const limit = limitCell();
  const root = element(
    'tr',
    {},
    ...[named.root, ready, waiting, running, wait],
    element('td', { class: 'chart' }, chart.root),
    limit.root,
  );
  const draw = (row, head, events) => {
    const { series } = row;
    say(named.more, row.fleet === null ? '' : `on ${row.fleet}`);
    say(ready, number(row.ready));
    say(waiting, number(row.waiting));
    say(running, number(row.running));
    say(wait, row.waitSeconds === null ? NOT_KNOWN : duration(row.waitSeconds));
    const both = stacked(series.running, series.waiting);
    const top = topOf(both, series.ready);
    chart.draw(
      [areaPath(both, top, BOX), areaPath(series.running, top, BOX), linePath(series.ready, top, BOX)],
      top,
      `${name}: ready ${number(latest(series.ready))}, waiting ${number(latest(series.waiting))}, running ${number(latest(series.running))}; at the most ${amount(top)}`,
      spansOf(events, `queue/${name}`, head, series.ready.length),
    );
    limit.draw(row, head.at);
  };
  return { root, draw };
};

const monthOf = ({ dollarsThisMonth, budgetThisMonth }) => {
  if (dollarsThisMonth === null) return NOT_KNOWN;
  const spent = money(dollarsThisMonth);
  return budgetThisMonth === null ? spent : `${spent} of ${money(budgetThisMonth)}`;
};

const listed = ({ isListed }, text) => (isListed ? `~${text}` : text);

const FLEET_FIGURES = [
  ['coming', 'coming', ({ counts }) => amount(counts.booting + counts.waking)],
  ['joined', 'joined', ({ counts }) => amount(counts.joined)],
  ['leaving', 'leaving', ({ counts }) => amount(counts.draining)],
  ['asleep', 'asleep', ({ counts }) => amount(counts.asleep)],
  ['cap', 'cap', ({ maxWorkers }) => number(maxWorkers)],
  ['joins in', 'joins', ({ joinSeconds }) => (joinSeconds === null ? NOT_KNOWN : age(joinSeconds))],
  ['cores busy / paid', 'cores', ({ coresBusy, coresPaid }) => `${number(coresBusy)} / ${amount(coresPaid)}`],
  [
    '$ an hour',
    'dollars',
    (row) => (row.dollarsPerHour === null ? NOT_KNOWN : listed(row, money(row.dollarsPerHour))),
  ],
  ['$ in this time', 'spent', (row) => (row.dollars === null ? NOT_KNOWN : listed(row, money(row.dollars)))],
  ['$ this month', 'month', monthOf],
];

/** One row of a fleet. */
const fleetRow = (name, onStory) => {
  const named = nameCell('fleet', name, onStory);
  const cells = FLEET_FIGURES.map(([label, kind]) => figure(label, kind));
  const chart = spark(['area paid', 'area useful', 'line paid']);
  const limit = limitCell();
  const root = element(
    'tr',
    {},
    named.root,
    ...cells,
    element('td', { class: 'chart' }, chart.root),
    limit.root,
  );
  const draw = (row, head, events) => {
    const { busy, paid } = row.series;
    for (const [index, [, , text]] of FLEET_FIGURES.entries()) say(cells[index], text(row));
    const top = topOf(busy, paid);
    chart.draw(
      [areaPath(paid, top, BOX), areaPath(busy, top, BOX), linePath(paid, top, BOX)],
      top,
      `${name}: ${number(latest(busy))} cores busy of ${number(latest(paid))} paid; at the most ${amount(top)}`,
      spansOf(events, `fleet/${name}`, head, paid.length),
    );
    limit.draw(row, head.at);
  };
  return { root, draw };
};

const isQuietQueue = ({ ready, waiting, running, limit }) =>
  !ready && !waiting && !running && limit === undefined;

const isQuietFleet = ({ counts, limit, coresPaid }) =>
  limit === undefined && coresPaid === 0 && counts.asleep === 0;

/** Q2 stands before Q10. */
const byName = new Intl.Collator('en', { numeric: true }).compare;

/** So many rows are shown without a look at whether anything is on there. */
const MOST_ROWS = 12;

/** A table of rows that stay where they are: each by its name, those at rest folded where there are many. */
const table = (body, rest, { make, isQuiet, word }) => {
  const rows = new Map();
  let showsAll = false;
  const counted = element('button', { type: 'button', class: 'rest' });
  rest.append(counted);
  let again = () => {};
  counted.addEventListener('click', () => {
    showsAll = !showsAll;
    again();
  });
  const draw = (things, head, events) => {
    again = () => draw(things, head, events);
    for (const [name, { root }] of rows) {
      if (things.has(name)) continue;
      root.remove();
      rows.delete(name);
    }
    const holds = [...events]
      .filter(([, { kind }]) => kind === 'hold')
      .map(([key, { to }]) => `${key} ${to}`);
    const folds = things.size > MOST_ROWS && !showsAll;
    let quiet = 0;
    let before;
    for (const name of [...things.keys()].sort(byName)) {
      const thing = things.get(name);
      const isFolded = folds && isQuiet(thing);
      if (isQuiet(thing)) quiet += 1;
      let row = rows.get(name);
      if (row === undefined) {
        row = make(name);
        rows.set(name, row);
      }
      row.root.hidden = isFolded;
      // Its chart moves on by whole steps, and has a band where it held.
      const seen = `${head.from} ${holds}`;
      if (!isFolded && (row.thing !== thing || row.seen !== seen)) {
        Object.assign(row, { thing, seen });
        row.draw(thing, head, events);
      }
      const next = before === undefined ? body.firstChild : before.nextSibling;
      if (row.root !== next) body.insertBefore(row.root, next);
      before = row.root;
    }
    rest.hidden = things.size <= MOST_ROWS || quiet === 0;
    say(counted, showsAll ? `fold the ${quiet} at rest` : `and ${quiet} ${word} at rest: show them`);
  };
  return draw;
};

/** The rows of queues and of fleets. */
export const rowsIn = (byId, onStory) => ({
  queues: table(byId('queue-rows'), byId('queue-rest'), {
    make: (name) => queueRow(name, onStory),
    isQuiet: isQuietQueue,
    word: 'queues',
  }),
  fleets: table(byId('fleet-rows'), byId('fleet-rest'), {
    make: (name) => fleetRow(name, onStory),
    isQuiet: isQuietFleet,
    word: 'fleets',
  }),
});
