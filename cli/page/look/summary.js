import { byId, element, say } from './element.js';

const table = ({ title, head, rows }) =>
  element(
    'div',
    { class: 'summary-table' },
    element(
      'table',
      {},
      ...(title === '' ? [] : [element('caption', {}, title)]),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...head.map((name) =>
            element(name === '' ? 'td' : 'th', name === '' ? {} : { scope: 'col' }, name),
          ),
        ),
      ),
      element(
        'tbody',
        {},
        ...rows.map(([name, ...cells]) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, name),
            ...cells.map((cell) => element('td', {}, cell)),
          ),
        ),
      ),
    ),
  );

let drawn = '';

/** What is known of a made-up world: how far it has come, and what it came to. */
export const drawWorld = (world) => {
  byId('world').hidden = world === undefined;
  byId('result').hidden = world === undefined || !world.isOver;
  if (world === undefined) return;
  say(byId('world-claim'), world.claim);
  say(byId('world-about'), world.isOver ? 'The run is over; the page stays until Ctrl-C.' : world.about);
  const bar = byId('world-share');
  bar.value = world.share;
  bar.hidden = world.isOver;
  const text = JSON.stringify([world.sentences, world.tables]);
  if (text === drawn) return;
  drawn = text;
  byId('result-sentences').replaceChildren(...world.sentences.map((sentence) => element('p', {}, sentence)));
  byId('result-tables').replaceChildren(...world.tables.map(table));
};
