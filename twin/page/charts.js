import { amount } from './words.js';

const KEYS = [
  'activated',
  'jobsRunning',
  'jobsDone',
  'idle',
  'running',
  'booting',
  'joined',
  'draining',
  'maxWorkers',
  'coresBusy',
  'coresPaid',
];

const noQueue = Object.fromEntries(KEYS.map((key) => [key, 0]));

/** What a sample says of one queue, or of all queues together (no queue named). */
export const facts = (sample, queue) => {
  if (queue !== undefined) return sample.queues.find((one) => one.queue === queue) ?? noQueue;
  const total = { ...noQueue };
  for (const one of sample.queues) for (const key of KEYS) total[key] += one[key];
  return { ...total, coresBusy: sample.coresBusy, coresPaid: sample.coresPaid };
};

const column = (rows, value) => rows.map(value);

/** The four small multiples of a queue: what is drawn, bottom layer first, and the value that the legend shows. */
export const charts = (rows) => [
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
      { kind: 'limit', tone: 'cap', to: column(rows, (r) => r.maxWorkers) },
    ],
    legend: [
      ['booting', 'waiting', (r) => r.booting],
      ['joined', 'useful', (r) => r.joined],
      ['draining', 'leaving', (r) => r.draining],
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
      ['busy', 'useful', (r) => r.coresBusy],
      ['paid', 'paid', (r) => r.coresPaid],
      ['waste', 'waste', (r) => Math.max(0, r.coresPaid - r.coresBusy)],
    ],
  },
];

/** What a chart says at one moment, in words: for those who cannot see it, and for its legend. */
export const sayLegend = (legend, row) =>
  legend.map(([name, , value]) => `${name} ${amount(value(row))}`).join(', ');
