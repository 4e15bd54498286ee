import { byId, element, mark, say } from './element.js';
import { age, amount, money, percent, timeOf } from './words.js';

const FACTS = {
  pilots: ['pilots tick', 'The function that submits pilots last went well so long ago.'],
  workers: ['workers tick', 'The function that launches machines last went well so long ago.'],
  pool: ['pool', 'What was last seen of the HTCondor pool is so old.'],
  settings: ['settings', 'All settings were last read so long ago.'],
};

const drawFacts = (facts) => {
  const list = byId('facts');
  if (list.children.length !== facts.length) {
    list.replaceChildren(...facts.map(() => element('li', {}, element('span', {}), ' ', element('b', {}))));
  }
  for (const [index, { name, ageSeconds, isOld }] of facts.entries()) {
    const item = list.children[index];
    const [word, title] = FACTS[name];
    item.title = title;
    mark(item, 'data-old', String(isOld));
    say(item.children[0], word);
    say(item.children[1], ageSeconds === null ? 'never' : `${age(ageSeconds)}${isOld ? ', old' : ''}`);
  }
};

const sum = (rows, value) => {
  let total = null;
  for (const row of rows) {
    const of = value(row);
    if (of !== null) total = (total ?? 0) + of;
  }
  return total;
};

const sumAll = (rows, value) => (rows.some((row) => value(row) === null) ? null : sum(rows, value));

const shown = (value) => (value === null ? '–' : amount(value));

/** The flow in one line, from PanDA's jobs to busy cores and dollars. */
const flowOf = (queues, fleets) => {
  const counted = (name) => sum(fleets, ({ counts }) => counts[name]) ?? 0;
  const busy = sumAll(fleets, ({ coresBusy }) => coresBusy);
  const paid = sum(fleets, ({ coresPaid }) => coresPaid) ?? 0;
  const dollars = sumAll(fleets, ({ dollarsPerHour }) => dollarsPerHour);
  const spent = sumAll(fleets, (row) => row.dollars);
  const isListed = fleets.some((row) => row.isListed);
  const tilde = isListed ? '~' : '';
  return {
    panda: [['ready', shown(sum(queues, ({ ready }) => ready))]],
    pilots: [
      ['waiting', shown(sum(queues, ({ waiting }) => waiting))],
      ['running', shown(sum(queues, ({ running }) => running))],
    ],
    machines: [
      ['coming', amount(counted('booting') + counted('waking'))],
      ['joined', amount(counted('joined'))],
      ['leaving', amount(counted('draining'))],
      ['asleep', amount(counted('asleep'))],
    ],
    cores: [
      ['busy', shown(busy)],
      ['paid', amount(paid)],
      ['in use', busy === null ? '–' : percent(busy, paid)],
    ],
    dollars: [
      [
        isListed ? 'an hour, at list prices' : 'an hour',
        dollars === null ? '–' : `${tilde}${money(dollars)}`,
      ],
      ['in this time', spent === null ? '–' : `${tilde}${money(spent)}`],
    ],
  };
};

const drawFlow = (flow) => {
  for (const [station, figures] of Object.entries(flow)) {
    const place = byId(`flow-${station}`);
    if (place.children.length !== figures.length) {
      place.replaceChildren(...figures.map(() => element('div', {}, element('dd', {}), element('dt', {}))));
    }
    for (const [index, [name, text]] of figures.entries()) {
      const [value, label] = place.children[index].children;
      say(value, text);
      say(label, name);
    }
  }
};

/** The word of health, the ages of facts, the flow. */
export const drawHead = (head, queues, fleets) => {
  const { stage, at, health, facts, trouble, alarms } = head;
  say(byId('stage'), stage);
  say(byId('moment'), at === 0 ? '' : `${timeOf(at, at)} UTC`);
  const word = byId('health');
  say(word, health.word);
  mark(word, 'data-tone', health.tone);
  word.title = alarms.map(({ name, since }) => `${name} since ${timeOf(since, at)}`).join('\n');
  drawFacts(facts);
  const wrong = byId('trouble');
  wrong.hidden = trouble === undefined;
  say(
    wrong,
    trouble === undefined
      ? ''
      : `The last look failed, and what is shown is of ${timeOf(at, at)}: ${trouble}.`,
  );
  drawFlow(flowOf([...queues.values()], [...fleets.values()]));
  document.title = `${stage}: ${health.word} · aerie`;
};
