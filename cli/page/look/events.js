import { byId, element, say } from './element.js';
import { age, duration, timeOf } from './words.js';

/** Which events a choice shows. */
const WANTED = {
  all: () => true,
  holds: ({ kind }) => kind === 'hold' || kind === 'fault',
  machines: ({ kind, of }) => kind === 'act' || (kind === 'rest' && of.startsWith('fleet/')),
  pilots: ({ of }) => of.startsWith('queue/'),
  alarms: ({ kind }) => kind === 'alarm',
};

/** `02:45`, `02:45–03:15`, or `since 02:45`. */
const whenOf = ({ from, to, kind }, now) => {
  const since = timeOf(from, now);
  if (to === undefined)
    return kind === 'act' || kind === 'submit' || kind === 'remove' ? since : `since ${since}`;
  const until = timeOf(to, now);
  return since === until ? since : `${since}–${until}`;
};

/** `held 30 min`, `launch 3 x m6a.large, 4 times`. */
const whatOf = ({ kind, what, times, from, to }, now) => {
  if (kind === 'hold')
    return `${to === undefined ? 'holds for' : 'held'} ${duration(Math.round((to ?? now) - from))}`;
  if (kind === 'rest') return `nothing more for ${age((to ?? now) - from)}`;
  return times === 1 ? what : `${what}, in ${times} turns`;
};

const ownerOf = ({ of }) => of.replace(/^queue\//, '').replace(/^fleet\//, 'fleet ');

const line = (event, now, onStory, isNamed) => {
  const { kind, of, why, outcome, to, from } = event;
  const what = whatOf(event, now);
  const [, owner, name] = /^(queue|fleet)\/(.+)$/.exec(of) ?? [];
  const said = owner === undefined ? element('span', {}, what) : element('button', { type: 'button' }, what);
  if (owner !== undefined) {
    said.addEventListener('click', () => onStory(owner, name, String(kind === 'hold' ? from : (to ?? from))));
  }
  said.classList.add('what');
  return element(
    'li',
    { 'data-kind': kind, ...(to === undefined && kind === 'hold' ? { 'data-now': '' } : {}) },
    element('span', { class: 'when' }, whenOf(event, now)),
    element(
      'div',
      {},
      said,
      ...(isNamed ? [' ', element('span', { class: 'whose' }, ownerOf(event))] : []),
      ...(outcome === undefined ? [] : [element('span', { class: 'outcome' }, ` → ${outcome}`)]),
      ...(why === undefined ? [] : [element('p', {}, why)]),
    ),
  );
};

/** The newest events that are wanted, each with whose it is, or without where that is said already. */
export const eventList = (events, now, onStory, { wanted, isNamed }) =>
  [...events.values()]
    .filter(wanted)
    .sort((a, b) => (b.to === undefined) - (a.to === undefined) || b.from - a.from)
    .map((event) => line(event, now, onStory, isNamed));

/** The list beside the rows. While a reader has scrolled down, it stays as it is. */
export const eventsIn = (onStory) => {
  const list = byId('event-list');
  const choice = byId('event-choice');
  let drawn = '';
  const draw = (events, now, force) => {
    const scrolled = list.scrollTop > 4 || list.contains(document.activeElement);
    if (scrolled && !force) return;
    const lines = eventList(events, now, onStory, { wanted: WANTED[choice.value], isNamed: true });
    const text = lines.map(({ textContent }) => textContent).join('\n');
    if (text === drawn) return;
    drawn = text;
    list.replaceChildren(...lines);
    const none = byId('events-none');
    none.hidden = lines.length > 0;
    say(none, events.size > 0 ? 'Nothing of that kind in this time.' : 'Nothing has happened in this time.');
  };
  return { draw, onChoice: (act) => choice.addEventListener('change', act) };
};
