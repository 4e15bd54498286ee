import { pilots } from './parameters.ts';
import { type SchedPlugin, schedPlugin } from './plugin.ts';
import { label, moved } from './step.ts';

const NUMBER_NEEDED =
  'The number has to be given; without it AutoPyFactory lets everything pass, which here is said by leaving the step out.';

const maxPerCycle = schedPlugin<{ maximum: number }>({
  name: 'MaxPerCycle',
  description: 'Submits at most this many in one cycle. Removals pass.',
  differs: NUMBER_NEEDED,
  parameters: { maximum: pilots('Most pilots to submit in one cycle.') },
  make: ({ maximum }) => {
    const by = label('MaxPerCycle', maximum);
    return (n) => moved(by, n, Math.min(n, maximum));
  },
});

const minPerCycle = schedPlugin<{ minimum: number }>({
  name: 'MinPerCycle',
  description:
    'Submits at least this many in every cycle, also when no job is ready, so a MaxPending belongs behind it. MinPerCycle(0) turns a removal into nothing, and a higher minimum turns it into a submission.',
  differs: `${NUMBER_NEEDED} Submitting without demand is kept: that is what a minimum says.`,
  parameters: { minimum: pilots('Fewest pilots to submit in one cycle.') },
  make: ({ minimum }) => {
    const by = label('MinPerCycle', minimum);
    return (n) => moved(by, n, Math.max(n, minimum));
  },
});

/** Limits on what one cycle submits. */
export const CYCLE: readonly SchedPlugin[] = [maxPerCycle, minPerCycle];
