import { optional, pilots, withoutFacts } from './parameters.ts';
import { type SchedPlugin, schedPlugin } from './plugin.ts';
import { room } from './room.ts';
import { counted, countedFromZero, label, of, sum } from './step.ts';

const simpleNQueue = schedPlugin<{
  nqueue: number;
  maxPilotsPerCycle: number | undefined;
  defaultnbpilots: number;
}>({
  name: 'SimpleNQueue',
  description:
    'Keeps nqueue pilots pending, also when no job is ready: submits what is missing, up to maxPilotsPerCycle.',
  differs:
    "Of AutoPyFactory's two plugins of this name this is the earlier one (branch bnl-dev4). The later one submits nqueue once more whenever fewer than nqueue wait, and so overshoots, and leaves most of its branches without a result.",
  parameters: {
    nqueue: pilots('Pilots to keep pending.'),
    maxPilotsPerCycle: optional(pilots('Most pilots to submit in one cycle.')),
    defaultnbpilots: withoutFacts,
  },
  make:
    ({ nqueue, maxPilotsPerCycle }) =>
    (n, { pending }) => {
      const missing = Math.max(0, nqueue - pending);
      const limit = maxPilotsPerCycle ?? missing;
      const terms = sum([of('to-queue', nqueue)], [of('pending', pending)]);
      return counted(label('SimpleNQueue'), n, Math.min(missing, limit), { ...terms, atMost: limit });
    },
});

const trivial = schedPlugin<{ defaultnbpilots: number }>({
  name: 'Trivial',
  description:
    'Starts the count: ready jobs less pending and less running pilots, and never below 0. The only one that subtracts running pilots, for queues where ready jobs include those that pilots are about to take.',
  parameters: { defaultnbpilots: withoutFacts },
  make:
    () =>
    (n, { ready, pending, running }) => {
      const terms = sum([of('ready', ready)], [of('pending', pending), of('running', running)]);
      return countedFromZero(label('Trivial'), n, terms);
    },
});

const simple = schedPlugin<{
  maxPendingPilots: number | undefined;
  maxPilotsPerCycle: number | undefined;
  defaultnbpilots: number;
}>({
  name: 'Simple',
  description:
    'Starts the count: ready jobs less pending pilots, never below 0, limited by the pilots that may be pending and by those that one cycle may submit.',
  differs:
    'maxPendingPilots is a limit at any number of pending pilots; AutoPyFactory fails when it is set, and as written would fill up to it without demand.',
  parameters: {
    maxPendingPilots: optional(pilots('Most pilots that may be pending.')),
    maxPilotsPerCycle: optional(pilots('Most pilots to submit in one cycle.')),
    defaultnbpilots: withoutFacts,
  },
  make:
    ({ maxPendingPilots, maxPilotsPerCycle }) =>
    (n, { ready, pending }) => {
      const wanted = Math.max(0, ready - pending);
      const left = maxPendingPilots === undefined ? wanted : room(maxPendingPilots, pending, false);
      const limit = Math.min(left, maxPilotsPerCycle ?? wanted);
      const terms = sum([of('ready', ready)], [of('pending', pending)]);
      return counted(label('Simple'), n, Math.min(wanted, limit), { ...terms, atMost: limit });
    },
});

/** Whole chains in one plugin, from older branches of AutoPyFactory. */
export const LEGACY: readonly SchedPlugin[] = [simpleNQueue, trivial, simple];
