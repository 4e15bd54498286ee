import { grouped, ownerOf } from './decisions.js';
import { summaryTables } from './summary.js';
import { element } from './text.js';
import { clock } from './words.js';

const MOST_ROWS = 80;
const byId = (id) => document.getElementById(id);

const when = ({ sinceSeconds, atSeconds, times }) =>
  times === 1 ? clock(atSeconds) : `${clock(sinceSeconds)}–${clock(atSeconds)}`;

const row = (group) => {
  const decision = [
    element('span', { class: `kind ${group.kind}` }, group.what),
    element('small', {}, group.times === 1 ? group.of : `${group.of} · ${group.times} times`),
  ];
  const why =
    group.why.length > 0 ? [element('ul', {}, ...group.why.map(({ text }) => element('li', {}, text)))] : [];
  return element(
    'tr',
    { 'data-kind': group.kind },
    element('td', { class: 'time' }, when(group)),
    element('td', { class: 'whose' }, ownerOf(group)),
    element('td', { class: 'what' }, ...decision),
    element('td', { class: 'why' }, ...why),
  );
};

let newestDrawn;

/** Draws the newest decisions. While a reader has scrolled down the rows stay as they are. */
export const drawDecisions = (history, { force }) => {
  const newest = history.told.at(-1);
  if (!force && (newest === newestDrawn || byId('decisions-scroll').scrollTop > 4)) return;
  newestDrawn = newest;
  const owner = byId('whose-filter').value;
  const holdsOnly = byId('holds-only').checked;
  const wanted = (told) => (owner === '' || ownerOf(told) === owner) && (!holdsOnly || told.kind === 'hold');
  const groups = grouped(history.told, wanted).slice(0, MOST_ROWS);
  byId('decisions-rows').replaceChildren(...groups.map(row));
  const none = byId('decisions-none');
  none.hidden = groups.length > 0;
  none.textContent = history.told.length > 0 ? 'No decision matches.' : 'Nothing has been decided yet.';
};

/** Fills the choice of queues and fleets anew for each opening. */
export const drawFilter = (named) => {
  const all = element('option', { value: '' }, 'all');
  const owners = named.map(({ of, name }) =>
    ownerOf({ of: of === 'queue' ? 'pilots' : 'workers', whose: name }),
  );
  byId('whose-filter').replaceChildren(
    all,
    ...owners.map((owner) => element('option', { value: owner }, owner)),
  );
};

/** A column of units belongs to the figures at its left. */
const cellClass = (head, index) => (head[index] === 'unit' ? { class: 'unit' } : {});

const table = ({ title, head, rows }) =>
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
        ...head.map((name, index) => element('th', { scope: 'col', ...cellClass(head, index) }, name)),
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
          ...cells.map((cell, index) => element('td', cellClass(head, index + 1), cell)),
        ),
      ),
    ),
  );

/** A long list of measures stands side by side in parts of so many rows. */
const MOST_MEASURES = 8;

const inParts = (one) => {
  if (!one.head.includes('unit') || one.rows.length <= MOST_MEASURES) return [one];
  const rows = Math.ceil(one.rows.length / Math.ceil(one.rows.length / MOST_MEASURES));
  return Array.from({ length: Math.ceil(one.rows.length / rows) }, (_, part) => ({
    ...one,
    rows: one.rows.slice(part * rows, (part + 1) * rows),
  }));
};

/** Draws the summary that closes a run. */
export const drawSummary = (closing) => {
  byId('summary').hidden = closing === undefined;
  if (closing === undefined) return;
  byId('summary-tables').replaceChildren(
    ...summaryTables(closing.summary)
      .flatMap(inParts)
      .map((one) => element('div', { class: 'summary-table' }, table(one))),
  );
};
