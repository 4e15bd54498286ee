import { byId, element } from './element.js';
import { eventList } from './events.js';
import { timeOf } from './words.js';

const stepsOf = (steps, now) => {
  let before;
  return element(
    'ol',
    { class: 'steps' },
    ...steps.map(({ at, what, text }) => {
      const time = timeOf(at, now);
      const isSame = time === before;
      before = time;
      return element(
        'li',
        {},
        element('time', {}, isSame ? '' : time),
        element('b', {}, what),
        element('span', {}, text),
      );
    }),
  );
};

const section = (title, ...content) => element('section', {}, element('h3', {}, title), ...content);

const mendOf = ({ command, text }) =>
  element(
    'p',
    { class: 'mend' },
    `${text} `,
    ...(command === undefined ? [] : [element('code', {}, command)]),
  );

const content = ({ about, mend, facts, steps, console }, now) => [
  element('p', { class: 'about' }, about),
  ...(mend === undefined ? [] : [mendOf(mend)]),
  ...(steps.length === 0 ? [] : [stepsOf(steps, now)]),
  ...(facts.length === 0
    ? []
    : [
        section(
          'Facts',
          element(
            'dl',
            {},
            ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
          ),
        ),
      ]),
  ...(console === undefined
    ? []
    : [section('The end of its console', element('pre', { tabindex: '0' }, console))]),
];

/** The story of one thing, beside everything else until it is closed. */
export const stories = (parts) => {
  const dialog = byId('story');
  const title = byId('story-title');
  const body = byId('story-body');
  byId('story-close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close();
  });

  const open = async (of, name, moment) => {
    const now = parts.head.get('head')?.at ?? 0;
    title.textContent = name;
    body.replaceChildren(element('p', { class: 'about' }, 'asking …'));
    if (!dialog.open) dialog.showModal();
    const path = ['story', of, name, ...(moment === undefined ? [] : [moment])].map(encodeURIComponent);
    const answer = await fetch(`/${path.join('/')}`).catch(() => undefined);
    if (answer?.ok !== true) {
      body.replaceChildren(
        element('p', { class: 'about' }, 'Nothing is kept of it, or nobody answers any more.'),
      );
      return;
    }
    const story = await answer.json();
    title.textContent = story.title;
    const own = moment === undefined && of !== 'worker' ? `${of}/${name}` : undefined;
    const events =
      own === undefined
        ? []
        : eventList(parts.events, now, open, { wanted: (event) => event.of === own, isNamed: false });
    body.replaceChildren(
      ...content(story, now),
      ...(events.length === 0
        ? []
        : [section('What happened', element('ol', { class: 'events' }, ...events))]),
    );
    body.scrollTop = 0;
  };
  return open;
};
