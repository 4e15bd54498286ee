import { pilots } from './parameters.ts';
import { type SchedPlugin, schedPlugin } from './plugin.ts';
import { allowNegative, room } from './room.ts';
import { label, moved, of } from './step.ts';

const maxPending = schedPlugin<{ maximum: number; allow_negative: boolean }>({
  name: 'MaxPending',
  description:
    'Submits no more than keeps the pending pilots at the maximum. Removals that earlier steps asked for pass.',
  differs:
    'The maximum also holds when no pilot is pending; AutoPyFactory then sets no limit at all. allow_negative is False unless it is set, so that a limit does not turn demand into removal; in AutoPyFactory it is True. The maximum has to be given.',
  parameters: { maximum: pilots('Most pilots that may be pending.'), allow_negative: allowNegative },
  make: ({ maximum, allow_negative }) => {
    const by = label('MaxPending', maximum);
    return (n, facts) => {
      const left = room(maximum, facts.pending, allow_negative);
      return moved(by, n, Math.min(n, left), { seen: [of('pending', facts.pending)] });
    };
  },
});

const minPending = schedPlugin<{ minimum: number }>({
  name: 'MinPending',
  description:
    'Keeps at least this many pilots pending, also when no job is ready, and lets no removal take them below it.',
  differs: 'The number has to be given. Missing information holds the queue; AutoPyFactory fails on it.',
  parameters: { minimum: pilots('Fewest pilots that should be pending.') },
  make: ({ minimum }) => {
    const by = label('MinPending', minimum);
    return (n, facts) => {
      const needed = minimum - facts.pending;
      return moved(by, n, Math.max(n, needed), { seen: [of('pending', facts.pending)] });
    };
  },
});

/** Limits on the pilots that wait. */
export const PENDING: readonly SchedPlugin[] = [maxPending, minPending];
