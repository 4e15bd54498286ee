import { facts } from './charts.js';
import { sayFault } from './fault.js';
import { holdCount } from './history.js';
import { element } from './text.js';
import { timeline } from './timeline.js';
import { amount, clock, duration, money, percent } from './words.js';

const byId = (id) => document.getElementById(id);

const figure = (name, figureText, note, state = '') =>
  element(
    'div',
    { 'data-state': state },
    element('dt', {}, name),
    element('dd', {}, element('strong', {}, figureText), ' ', element('span', {}, note)),
  );

/** The big figures: what has come and gone, what is paid for it, and whether anything is held. */
const figures = (sample, history) => {
  const all = facts(sample, undefined);
  const holds = holdCount(history);
  const holding = Object.entries(history.holds).map(([owner, count]) => `${owner} ${amount(count)}`);
  return [
    figure(
      'Jobs done',
      amount(all.jobsDone),
      `of ${amount(all.activated + all.jobsRunning + all.jobsDone)} arrived`,
    ),
    figure(
      'Cores busy',
      amount(all.coresBusy),
      `of ${amount(all.coresPaid)} paid (${percent(all.coresBusy, all.coresPaid)})`,
    ),
    ...(sample.listDollars === undefined
      ? []
      : [figure('Workers cost', money(sample.listDollars), 'so far, at list prices on demand')]),
    figure(
      'Workers',
      amount(all.joined + all.booting + all.draining),
      `${amount(all.booting)} booting, ${amount(all.joined)} joined, ${amount(all.draining)} draining, ${amount(all.asleep)} asleep`,
    ),
    figure(
      'Pilots',
      amount(all.idle + all.running),
      `${amount(all.idle)} idle, ${amount(all.running)} running`,
    ),
    figure(
      'Holds',
      amount(holds),
      holds === 0 ? 'no decision withheld' : holding.join(', '),
      holds === 0 ? '' : 'hold',
    ),
  ];
};

const sayProgress = (atSeconds, loadSeconds) =>
  atSeconds <= loadSeconds
    ? `${clock(atSeconds)} of ${clock(loadSeconds)}`
    : `${clock(loadSeconds)} of load done, emptying for ${duration(atSeconds - loadSeconds)}`;

/** Draws the title once for each opening. */
export const drawOpening = (opening) => {
  byId('title').textContent = opening.title;
  byId('faults').replaceChildren(
    ...opening.faults.map((fault, index) => element('li', {}, sayFault(fault, index))),
  );
};

/** Draws the progress and the big figures. */
export const drawHead = (history, toSeconds) => {
  const { opening } = history;
  const sample = history.samples.at(-1) ?? {
    atSeconds: 0,
    queues: [],
    fleets: [],
    coresBusy: 0,
    coresPaid: 0,
  };
  const share = Math.min(1, sample.atSeconds / Math.max(1, opening.loadSeconds));
  const bar = byId('timeline');
  const said = sayProgress(sample.atSeconds, opening.loadSeconds);
  bar.innerHTML = timeline({ ...opening, width: bar.clientWidth, toSeconds, atSeconds: sample.atSeconds });
  bar.setAttribute('aria-valuenow', Math.round(share * 100));
  bar.setAttribute('aria-valuetext', said);
  byId('about').textContent = `${said} · ${opening.scenario} · seed ${opening.seed}`;
  byId('figures').replaceChildren(...figures(sample, history));
  document.title = `${Math.round(share * 100)} % · ${opening.title}`;
};

/** Says in what state the run is; said anew only when it changes, for it is read aloud. */
export const drawStatus = (state, words) => {
  const status = byId('status');
  if (status.textContent === words) return;
  status.textContent = words;
  status.dataset.state = state;
};
