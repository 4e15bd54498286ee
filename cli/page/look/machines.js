import { element, mark, say } from './element.js';
import { countsOf, grouped, STATES, stepFrom } from './squares.js';
import { age, amount } from './words.js';

const WORDS = new Map(STATES);

const sayMachine = ([id, [, , , , state, since]], now) =>
  `${id}, ${WORDS.get(state)} for ${age(now - since)}`;

const square = (serial) =>
  element('i', { role: 'option', id: `machine-${serial}`, 'aria-selected': 'false' });

/** How many squares stand in the first row. */
const columnsOf = (box) => {
  const [first] = box.children;
  const next = [...box.children].findIndex(({ offsetTop }) => offsetTop !== first.offsetTop);
  return next === -1 ? box.children.length : next;
};

let serials = 0;

/** One group: its squares are one stop of the keyboard, and arrows lead through them. */
const group = ({ flavour, zone, market }, { onStory, onPoint }) => {
  const name = element('h4', {});
  const box = element('div', { role: 'listbox', tabindex: '0', class: 'squares' });
  const root = element('section', { class: 'group' }, name, box);
  let shown = [];
  let now = 0;
  let at = 0;

  const select = (index) => {
    box.children[at]?.setAttribute('aria-selected', 'false');
    at = Math.max(0, Math.min(shown.length - 1, index));
    const chosen = box.children[at];
    chosen.setAttribute('aria-selected', 'true');
    box.setAttribute('aria-activedescendant', chosen.id);
    onPoint(sayMachine(shown[at], now));
  };
  const indexOf = (target) => [...box.children].indexOf(target);

  box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onStory('worker', shown[at][0]);
      return;
    }
    const next = stepFrom(at, event.key, { count: shown.length, columns: columnsOf(box) });
    if (next === undefined) return;
    event.preventDefault();
    select(next);
  });
  box.addEventListener('focus', () => select(at));
  box.addEventListener('click', ({ target }) => {
    const index = indexOf(target);
    if (index >= 0) onStory('worker', shown[index][0]);
  });
  box.addEventListener('pointerover', ({ target }) => {
    const index = indexOf(target);
    if (index >= 0) onPoint(sayMachine(shown[index], now));
  });

  const draw = (machines, moment) => {
    now = moment;
    while (box.children.length > machines.length) box.lastChild.remove();
    const missing = machines.length - box.children.length;
    if (missing > 0) box.append(...Array.from({ length: missing }, () => square(++serials)));
    const { children } = box;
    for (const [index, machine] of machines.entries()) {
      const [id, [, , , , state]] = machine;
      if (shown[index]?.[0] === id && shown[index][1][4] === state) continue;
      const one = children[index];
      mark(one, 'class', state);
      mark(one, 'aria-label', `${id}, ${WORDS.get(state)}`);
    }
    shown = machines;
    if (at >= shown.length) at = 0;
    const counts = countsOf(machines).map(([, word, count]) => `${count} ${word}`);
    say(name, `${flavour} · ${zone}${market === 'spot' ? ' · spot' : ''} · ${amount(machines.length)}`);
    mark(box, 'aria-label', `${flavour} in ${zone}, ${market}: ${counts.join(', ')}`);
  };
  return { root, draw };
};

/** Squares of all machines, by fleet, type, zone and market. */
export const machinesIn = (byId, onStory) => {
  const place = byId('machine-groups');
  const pointed = byId('machine-pointed');
  const fleets = new Map();
  const groups = new Map();
  const asked = { onStory, onPoint: (words) => say(pointed, words) };

  const fleetOf = (name) => {
    const known = fleets.get(name);
    if (known !== undefined) return known;
    const title = element('h3', {});
    const inner = element('div', { class: 'fleet-groups' });
    const made = { root: element('div', { class: 'fleet-machines' }, title, inner), title, inner };
    fleets.set(name, made);
    place.append(made.root);
    return made;
  };

  const legend = (machines) => {
    const items = countsOf(machines).map(([state, word, count]) =>
      element('li', {}, element('i', { class: state }), ` ${amount(count)} ${word}`),
    );
    byId('machine-legend').replaceChildren(...items);
  };

  return (machines, now) => {
    const drawn = grouped([...machines]);
    const keys = new Set(drawn.map(({ key }) => key));
    for (const [key, { root }] of groups) {
      if (keys.has(key)) continue;
      root.remove();
      groups.delete(key);
    }
    for (const one of drawn) {
      let known = groups.get(one.key);
      if (known === undefined) {
        known = group(one, asked);
        groups.set(one.key, known);
      }
      const { inner } = fleetOf(one.fleet);
      if (known.root.parentNode !== inner) inner.append(known.root);
      known.draw(one.machines, now);
    }
    for (const [name, { root, title, inner }] of fleets) {
      const count = inner.querySelectorAll('i').length;
      say(title, `${name} · ${amount(count)}`);
      root.hidden = count === 0;
    }
    legend([...machines]);
    byId('machines-none').hidden = machines.size > 0;
    place.dataset.size = machines.size > 1500 ? 'many' : machines.size > 300 ? 'some' : 'few';
  };
};
