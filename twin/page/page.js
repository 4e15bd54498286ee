import { drawHead, drawOpening, drawStatus } from './head.js';
import { emptyHistory, record } from './history.js';
import { panel } from './panel.js';
import { drawDecisions, drawFilter, drawSummary } from './table.js';
import { clock } from './words.js';

/** A run may show thousands of samples a second; eyes and batteries are content with four frames. */
const LEAST_MS_BETWEEN_FRAMES = 250;

const byId = (id) => document.getElementById(id);
const history = emptyHistory();
const moment = byId('moment');
let panels = [];
/** Panels that show less than is known. */
const stale = new Set();
const inSight = new Set();
let gone = false;
let pointedAt;
let following = true;
let waiting = false;
let lastFrameAt = -Infinity;

const toSeconds = () => Math.max(history.opening?.loadSeconds ?? 0, history.samples.at(-1)?.atSeconds ?? 0);

/** The pointer comes first, then the slider; at its right end the slider follows the run. */
const lookedAt = () => pointedAt ?? (following ? undefined : Number(moment.value));

const look = () => {
  const atSeconds = lookedAt();
  const said = atSeconds === undefined ? 'now' : clock(atSeconds);
  byId('moment-said').textContent = said;
  moment.setAttribute('aria-valuetext', said);
  for (const one of panels) one.look(atSeconds);
};

const status = () => {
  if (history.closing !== undefined) return drawStatus('finished', gone ? 'the run has ended' : 'finished');
  if (gone) return drawStatus('gone', 'the run has ended or was stopped');
  if (history.samples.length === 0) return drawStatus('waiting', 'about to begin');
  const emptying = history.samples.at(-1).atSeconds > history.opening.loadSeconds;
  return emptying ? drawStatus('running', 'emptying the pool') : drawStatus('running', 'running');
};

const follow = () => {
  const step = Number(moment.step);
  moment.max = String(Math.ceil((history.samples.at(-1)?.atSeconds ?? step) / step) * step);
  if (following) moment.value = moment.max;
};

/** Panels in sight first, and of those out of sight one a frame: all come to be drawn, none makes the others wait. */
const drawPanels = () => {
  const seen = panels.filter((one) => stale.has(one) && inSight.has(one.root));
  const next = panels.find((one) => stale.has(one) && !inSight.has(one.root));
  for (const one of next === undefined ? seen : [...seen, next]) {
    one.draw(history, toSeconds());
    stale.delete(one);
  }
};

const draw = () => {
  if (history.opening === undefined) return status();
  follow();
  drawHead(history, toSeconds());
  drawPanels();
  drawDecisions(history, { force: false });
  look();
  status();
};

const frame = (now) => {
  waiting = false;
  lastFrameAt = now;
  draw();
  if (stale.size > 0) ask();
};

const ask = () => {
  if (waiting) return;
  waiting = true;
  const pause = Math.max(0, lastFrameAt + LEAST_MS_BETWEEN_FRAMES - performance.now());
  setTimeout(() => requestAnimationFrame(frame), pause);
};

const redraw = () => {
  for (const one of panels) stale.add(one);
  ask();
};

const sight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) inSight.add(target);
    else inSight.delete(target);
  }
  if (stale.size > 0) ask();
});

const onLook = (seconds) => {
  pointedAt = seconds;
  look();
};

const open = (opening) => {
  const asked = { onLook, onResize: redraw };
  const named = [
    ...opening.queues.map((name) => ({ of: 'queue', name })),
    ...opening.fleets.map((name) => ({ of: 'fleet', name })),
  ];
  const isOne = opening.queues.length === 1 && opening.fleets.length === 1;
  const several = isOne ? [] : [panel(undefined, asked)];
  const each = named.map((who) => panel(who, asked));
  panels = [...several, ...each];
  byId('whole').replaceChildren(...several.map(({ root }) => root));
  byId('panels').replaceChildren(...each.map(({ root }) => root));
  stale.clear();
  inSight.clear();
  sight.disconnect();
  for (const { root } of panels) sight.observe(root);
  drawFilter(named);
  drawOpening(opening);
  drawSummary(undefined);
  drawDecisions(history, { force: true });
};

const receive = (shown) => {
  record(history, shown);
  if (shown.kind === 'opening') open(shown);
  if (shown.kind === 'closing') drawSummary(shown);
  redraw();
};

const stream = new EventSource('/shown');
stream.addEventListener('message', (event) => receive(JSON.parse(event.data)));
// Holds that were told so long ago that the server no longer keeps them.
stream.addEventListener('holds', (event) => {
  history.holds = JSON.parse(event.data);
  redraw();
});
// Nobody answers here again until another run is started: trying again would only fill the console.
stream.addEventListener('error', () => {
  stream.close();
  gone = true;
  redraw();
});

moment.addEventListener('input', () => {
  following = Number(moment.value) >= Number(moment.max);
  look();
});
addEventListener('resize', redraw);
for (const id of ['whose-filter', 'holds-only']) {
  byId(id).addEventListener('change', () => drawDecisions(history, { force: true }));
}
