import { optional, whole } from './parameters.ts';
import { type SchedPlugin, schedPlugin } from './plugin.ts';
import { room } from './room.ts';
import { countedFromZero, label, moved, of, sum, unchanged } from './step.ts';

const MOST_EVER = 1_000_000_000;
const ever = (description: string) => whole(0, MOST_EVER, description);

const INTENT =
  'AutoPyFactory has the name and the intent, but no code; the number of pilots ever submitted comes from the ledger.';

const maxToSubmit = schedPlugin<{ maximum: number }>({
  name: 'MaxToSubmit',
  description:
    'A budget for the whole life of the queue: submits no more once this many pilots have been. Removals pass, and give nothing back.',
  differs: INTENT,
  parameters: { maximum: ever('Most pilots over the whole life of the queue.') },
  make: ({ maximum }) => {
    const by = label('MaxToSubmit', maximum);
    return (n, facts) => {
      const left = room(maximum, facts.pilotsEver, false);
      return moved(by, n, Math.min(n, left), { seen: [of('ever-submitted', facts.pilotsEver)] });
    };
  },
});

const minToSubmit = schedPlugin<{ minimum: number }>({
  name: 'MinToSubmit',
  description:
    'Submits what is missing until this many pilots have been submitted in the whole life of the queue, also when no job is ready. From then on nothing changes.',
  differs: INTENT,
  parameters: { minimum: ever('Fewest pilots over the whole life of the queue.') },
  make: ({ minimum }) => {
    const by = label('MinToSubmit', minimum);
    return (n, facts) => {
      const needed = minimum - facts.pilotsEver;
      if (needed <= 0) return unchanged(n);
      return moved(by, n, Math.max(n, needed), { seen: [of('ever-submitted', facts.pilotsEver)] });
    };
  },
});

const keepNQueueLife = schedPlugin<{ njobs: number | undefined }>({
  name: 'KeepNQueueLife',
  description:
    'Submits njobs pilots over the whole life of the queue and then no more. Without njobs, what earlier steps counted is that total: Fixed(100), KeepNQueueLife().',
  differs:
    'It works: AutoPyFactory imports a module that does not exist. The result is never below 0, because removing pilots does not undo their submission.',
  parameters: {
    njobs: optional(
      ever('Pilots over the whole life of the queue. Left out: the number that earlier steps counted.'),
    ),
  },
  make: ({ njobs }) => {
    const by = label('KeepNQueueLife', ...(njobs === undefined ? [] : [njobs]));
    return (n, facts) => {
      const terms = sum([of('to-submit', njobs ?? n)], [of('ever-submitted', facts.pilotsEver)]);
      return countedFromZero(by, n, terms);
    };
  },
});

/** Plugins that count over the whole life of a queue. */
export const HISTORY: readonly SchedPlugin[] = [maxToSubmit, minToSubmit, keepNQueueLife];
