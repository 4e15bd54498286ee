import { amount } from './words.js';

const OF_QUEUES = ['activated', 'jobsRunning', 'jobsDone', 'idle', 'running'];
const OF_FLEETS = ['booting', 'joined', 'draining', 'asleep', 'maxWorkers'];

const NOTHING = Object.fromEntries(
  [...OF_QUEUES, ...OF_FLEETS, 'coresBusy', 'coresPaid', 'listDollars'].map((key) => [key, 0]),
);

const add = (total, rows, keys) => {
  for (const one of rows) for (const key of keys) total[key] += one[key];
};

/**
 * What a sample says of one queue, of one fleet, or of all of them together (nobody named). The busy cores of a fleet are
 * those that are claimed: a pilot holds its cores before it has a payload, and after.
 */
export const facts = (sample, who) => {
  if (who?.of === 'queue') {
    return { ...NOTHING, ...sample.queues.find(({ queue }) => queue === who.name) };
  }
  if (who?.of === 'fleet') {
    const found = sample.fleets.find(({ fleet }) => fleet === who.name);
    return found === undefined ? NOTHING : { ...NOTHING, ...found, coresBusy: found.coresClaimed };
  }
  const total = { ...NOTHING };
  add(total, sample.queues, OF_QUEUES);
  add(total, sample.fleets, OF_FLEETS);
  const { coresBusy, coresPaid, listDollars = 0 } = sample;
  return { ...total, coresBusy, coresPaid, listDollars };
};

const column = (rows, value) => rows.map(value);

/** Which charts the panels of a queue, of a fleet and of all of them have. */
const CHARTS = {
  queue: ['jobs', 'pilots'],
  fleet: ['workers', 'cores', 'dollars'],
  all: ['jobs', 'pilots', 'workers', 'cores'],
};

/** The small multiples of a panel: what is drawn, bottom layer first, and the value that the legend shows. */
export const charts = (rows, who) => {
  const { of = 'all' } = who ?? {};
  return everyChart(rows, of === 'fleet' ? 'claimed' : 'busy').filter(({ id }) => CHARTS[of].includes(id));
};

const everyChart = (rows, busy) => [
  {
    id: 'jobs',
    title: 'Activated jobs',
    unit: 'jobs',
    layers: [{ kind: 'area', tone: 'waiting', to: column(rows, (r) => r.activated) }],
    legend: [['activated', 'waiting', (r) => r.activated]],
  },
  {
    id: 'pilots',
    title: 'Pilots',
    unit: 'pilots',
    layers: [
      { kind: 'line', tone: 'useful', to: column(rows, (r) => r.running) },
      { kind: 'line', tone: 'waiting', to: column(rows, (r) => r.idle) },
    ],
    legend: [
      ['idle', 'waiting', (r) => r.idle],
      ['running', 'useful', (r) => r.running],
    ],
  },
  {
    id: 'workers',
    title: 'Workers',
    unit: 'machines',
    layers: [
      { kind: 'area', tone: 'useful', to: column(rows, (r) => r.joined) },
      {
        kind: 'area',
        tone: 'leaving',
        from: column(rows, (r) => r.joined),
        to: column(rows, (r) => r.joined + r.draining),
      },
      {
        kind: 'area',
        tone: 'waiting',
        from: column(rows, (r) => r.joined + r.draining),
        to: column(rows, (r) => r.joined + r.draining + r.booting),
      },
      { kind: 'line', tone: 'asleep', to: column(rows, (r) => r.asleep) },
      { kind: 'limit', tone: 'cap', to: column(rows, (r) => r.maxWorkers) },
    ],
    legend: [
      ['booting', 'waiting', (r) => r.booting],
      ['joined', 'useful', (r) => r.joined],
      ['draining', 'leaving', (r) => r.draining],
      ['asleep', 'asleep', (r) => r.asleep],
      ['cap', 'cap', (r) => r.maxWorkers],
    ],
  },
  {
    id: 'cores',
    title: 'Cores',
    unit: 'vCPUs',
    layers: [
      { kind: 'area', tone: 'useful', to: column(rows, (r) => r.coresBusy) },
      {
        kind: 'area',
        tone: 'waste',
        from: column(rows, (r) => r.coresBusy),
        to: column(rows, (r) => Math.max(r.coresBusy, r.coresPaid)),
      },
      { kind: 'line', tone: 'paid', to: column(rows, (r) => r.coresPaid) },
    ],
    legend: [
      [busy, 'useful', (r) => r.coresBusy],
      ['paid', 'paid', (r) => r.coresPaid],
      ['waste', 'waste', (r) => Math.max(0, r.coresPaid - r.coresBusy)],
    ],
  },
  {
    id: 'dollars',
    title: 'Cost so far',
    unit: 'dollars at list prices',
    layers: [{ kind: 'line', tone: 'paid', to: column(rows, (r) => r.listDollars) }],
    legend: [['dollars', 'paid', (r) => r.listDollars]],
  },
];

/** What a chart says at one moment, in words: for those who cannot see it, and for its legend. */
export const sayLegend = (legend, row) =>
  legend.map(([name, , value]) => `${name} ${amount(value(row))}`).join(', ');
