import { byId, mark, say } from './element.js';
import { eventsIn } from './events.js';
import { drawHead } from './head.js';
import { machinesIn } from './machines.js';
import { emptyParts, take, takeWhole } from './parts.js';
import { rowsIn } from './rows.js';
import { stories } from './story.js';
import { drawWorld } from './summary.js';

/** Eyes and batteries are content with four frames a second. */
const LEAST_MS_BETWEEN_FRAMES = 250;

const parts = emptyParts();
const changed = new Set();
const onStory = stories(parts);
const rows = rowsIn(byId, onStory);
const drawMachines = machinesIn(byId, onStory);
const events = eventsIn(onStory);
const range = byId('range');
let stream;
let waiting = false;
let lastFrameAt = -Infinity;

const draw = () => {
  const head = parts.head.get('head');
  if (head === undefined) return;
  drawHead(head, parts.queues, parts.fleets);
  drawWorld(head.world);
  byId('queues').hidden = parts.queues.size === 0;
  if (changed.has('queues') || changed.has('events') || changed.has('head'))
    rows.queues(parts.queues, head, parts.events);
  if (changed.has('fleets') || changed.has('events') || changed.has('head'))
    rows.fleets(parts.fleets, head, parts.events);
  if (changed.has('machines')) drawMachines(parts.machines, head.at);
  events.draw(parts.events, head.at, changed.has('choice'));
  changed.clear();
  // For whoever waits until what was sent is seen.
  mark(document.body, 'data-at', String(head.at));
};

const ask = () => {
  if (waiting) return;
  waiting = true;
  const pause = Math.max(0, lastFrameAt + LEAST_MS_BETWEEN_FRAMES - performance.now());
  setTimeout(
    () =>
      requestAnimationFrame((now) => {
        waiting = false;
        lastFrameAt = now;
        draw();
      }),
    pause,
  );
};

const received = (names) => {
  for (const name of names) changed.add(name);
  ask();
};

const gone = () => {
  stream.close();
  const word = byId('health');
  say(word, 'this page is no longer kept up to date');
  mark(word, 'data-tone', 'gone');
};

const watch = () => {
  stream?.close();
  stream = new EventSource(`/seen?range=${range.value}`);
  stream.addEventListener('message', ({ data }) => received(take(parts, JSON.parse(data))));
  stream.addEventListener('whole', ({ data }) => received(takeWhole(parts, JSON.parse(data))));
  stream.addEventListener('end', gone);
  // Nobody answers here again until the command is started anew: trying again would only fill the console.
  stream.addEventListener('error', gone);
};

range.addEventListener('change', watch);
events.onChoice(() => received(['choice']));
watch();
