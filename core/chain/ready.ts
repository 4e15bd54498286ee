import { decimal, MOST_PILOTS, whole, withDefault, withoutFacts } from './parameters.ts';
import { type SchedPlugin, schedPlugin } from './plugin.ts';
import { floorProduct } from './rounding.ts';
import { countedFromZero } from './step.ts';

const ready = schedPlugin<{ offset: number }>({
  name: 'Ready',
  description:
    'Starts the count: ready jobs, less the offset, less the pending pilots, and never below 0. What earlier steps counted is dropped, so it stands first.',
  differs:
    'A malformed offset is refused when it is set; AutoPyFactory swallows it and then fails in every cycle.',
  parameters: {
    offset: withDefault(
      whole(
        -MOST_PILOTS,
        MOST_PILOTS,
        'Ready jobs to leave unserved. Below 0: pilots to keep waiting beyond the ready jobs.',
      ),
      '0',
    ),
  },
  make: ({ offset }) => {
    const less = offset === 0 ? '' : ` ${offset < 0 ? '+' : '-'} ${Math.abs(offset)} offset`;
    return (n, facts) => {
      const terms = `${facts.ready} ready${less} - ${facts.pending} pending`;
      return countedFromZero('Ready', n, facts.ready - offset - facts.pending, terms);
    };
  },
});

const weightedActivated = schedPlugin<{ activated: number; pending: number }>({
  name: 'WeightedActivated',
  description:
    'Starts the count: ready jobs times one weight, less pending pilots times another, each rounded down, and never below 0.',
  differs:
    'It works: AutoPyFactory reads an attribute that is never set and fails. The error of floating point is taken out before rounding, so that 100 times 0.29 is 29 and not 28.',
  parameters: {
    activated: withDefault(decimal(0, 1000, 'Pilots for each ready job.'), '1'),
    pending: withDefault(decimal(0, 1000, 'How much each pending pilot counts against them.'), '1'),
  },
  make: ({ activated, pending }) => {
    const label = `WeightedActivated(${activated}, ${pending})`;
    return (n, facts) => {
      const [wanted, there] = [floorProduct(facts.ready, activated), floorProduct(facts.pending, pending)];
      const terms = `${wanted} for ${facts.ready} ready - ${there} for ${facts.pending} pending`;
      return countedFromZero(label, n, wanted - there, terms);
    };
  },
});

const fillactivated = schedPlugin<{ default: number }>({
  name: 'Fillactivated',
  description: 'Starts the count: ready jobs less pending pilots, and never below 0.',
  differs:
    'It does what it was meant to; AutoPyFactory calls a method as a bare function and fails every time.',
  parameters: { default: withoutFacts },
  make: () => (n, facts) => {
    const terms = `${facts.ready} ready - ${facts.pending} pending`;
    return countedFromZero('Fillactivated', n, facts.ready - facts.pending, terms);
  },
});

/** Plugins that start the count from the jobs that are ready. */
export const READY: readonly SchedPlugin[] = [ready, weightedActivated, fillactivated];
