import { ownerOf } from './decisions.js';

/** Past this many samples every other one is dropped, and from then on only every second new one stays. */
const MOST_SAMPLES = 3000;
const MOST_TOLD = 400;

/** What has been shown so far, in bounded memory; the server, the page and the terminal each keep one. */
export const emptyHistory = () => ({
  opening: undefined,
  samples: [],
  told: [],
  holds: {},
  closing: undefined,
  numbers: [],
  stride: 1,
  seen: 0,
  lastKinds: new Map(),
});

/** The newest sample always stays; those before it stay if their number is a multiple of the stride. */
const keepSample = (history, sample) => {
  const { samples, numbers } = history;
  if (numbers.length > 0 && numbers.at(-1) % history.stride !== 0) {
    samples.pop();
    numbers.pop();
  }
  samples.push(sample);
  numbers.push(history.seen);
  history.seen += 1;
  if (samples.length <= MOST_SAMPLES) return;
  history.stride *= 2;
  const stays = (_, index) => numbers[index] % history.stride === 0 || index === numbers.length - 1;
  history.samples = samples.filter(stays);
  history.numbers = numbers.filter((number, index) => stays(number, index));
};

/** Who rests and rests again has told nothing new. */
const keepTold = (history, told) => {
  const who = `${told.of}/${told.whose}`;
  const quiet = told.kind === 'rest' && history.lastKinds.get(who) === 'rest';
  history.lastKinds.set(who, told.kind);
  if (quiet) return;
  const owner = ownerOf(told);
  if (told.kind === 'hold') history.holds[owner] = (history.holds[owner] ?? 0) + 1;
  history.told.push(told);
  if (history.told.length > MOST_TOLD) history.told.shift();
};

/** Adds one message. An opening begins anew. */
export const record = (history, shown) => {
  if (shown.kind === 'opening') Object.assign(history, emptyHistory(), { opening: shown });
  else if (shown.kind === 'sample') keepSample(history, shown);
  else if (shown.kind === 'closing') history.closing = shown;
  else keepTold(history, shown.told);
};

const moment = (shown) => (shown.kind === 'told' ? shown.told : shown).atSeconds;

/** Everything kept, in the order of simulated time; at one moment a sample comes before what was told. */
export const replay = (history) => [
  ...(history.opening === undefined ? [] : [history.opening]),
  ...[...history.samples, ...history.told.map((told) => ({ kind: 'told', told }))].sort(
    (a, b) => moment(a) - moment(b),
  ),
  ...(history.closing === undefined ? [] : [history.closing]),
];

/** How many decisions to hold there were, over all queues and fleets, those no longer kept included. */
export const holdCount = (history) => Object.values(history.holds).reduce((total, count) => total + count, 0);
