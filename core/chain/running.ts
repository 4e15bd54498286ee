import { optional, pilots } from './parameters.ts';
import { type SchedPlugin, schedPlugin } from './plugin.ts';
import { allowNegative, room } from './room.ts';
import { counted, label, moved, of, sum } from './step.ts';

const maxToRun = schedPlugin<{ maximum: number; allow_negative: boolean }>({
  name: 'MaxToRun',
  description:
    'Submits no more than keeps the pilots of the queue, pending and running together, at the maximum.',
  differs:
    'A queue already above the maximum submits nothing; AutoPyFactory removes the excess in spite of demand, which allow_negative=True brings back (a parameter that AutoPyFactory has for MaxPending alone). The maximum has to be given.',
  parameters: { maximum: pilots('Most pilots, pending and running.'), allow_negative: allowNegative },
  make: ({ maximum, allow_negative }) => {
    const by = label('MaxToRun', maximum);
    return (n, facts) => {
      const left = room(maximum, facts.pending + facts.running, allow_negative);
      const seen = [of('pending', facts.pending), of('running', facts.running)];
      return moved(by, n, Math.min(n, left), { seen });
    };
  },
});

const maxPerFactory = schedPlugin<{ maximum: number }>({
  name: 'MaxPerFactory',
  description:
    'Submits no more than keeps the pilots of all queues, pending and running together, at the maximum. Removals pass.',
  differs:
    "A removal passes above the maximum too, where AutoPyFactory drops it exactly when there are too many pilots. The number stands in the queue's chain, AutoPyFactory's in the factory's configuration (maxperfactory.maximum), and has to be given; without it AutoPyFactory submits nothing, by accident.",
  parameters: { maximum: pilots('Most pilots of all queues, pending and running.') },
  make: ({ maximum }) => {
    const by = label('MaxPerFactory', maximum);
    return (n, facts) => {
      const left = room(maximum, facts.pilotsInFactory, false);
      return moved(by, n, Math.min(n, left), { seen: [of('in-factory', facts.pilotsInFactory)] });
    };
  },
});

const keepNRunning = schedPlugin<{ keep_running: number | undefined }>({
  name: 'KeepNRunning',
  description:
    'Holds the pilots of the queue, pending and running together, at keep_running, and asks for removal above it. Without keep_running, what earlier steps counted is that target: Fixed(20), KeepNRunning() holds 20, while Ready(), KeepNRunning() subtracts the pending pilots twice.',
  differs:
    'Missing information holds the queue. In AutoPyFactory a Ready before it takes missing information for no demand, and the whole queue is retired.',
  parameters: {
    keep_running: optional(
      pilots('Pilots to hold, pending and running. Left out: the number that earlier steps counted.'),
    ),
  },
  make: ({ keep_running }) => {
    const by = label('KeepNRunning', ...(keep_running === undefined ? [] : [keep_running]));
    return (n, { pending, running }) => {
      const target = keep_running ?? n;
      const terms = sum([of('to-keep', target)], [of('pending', pending), of('running', running)]);
      return counted(by, n, target - pending - running, terms);
    };
  },
});

/** Limits and targets for pilots that wait or run. */
export const RUNNING: readonly SchedPlugin[] = [maxToRun, maxPerFactory, keepNRunning];
