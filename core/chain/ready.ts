import { decimal, MOST_PILOTS, whole, withDefault, withoutFacts } from './parameters.ts';
import { type SchedPlugin, schedPlugin } from './plugin.ts';
import { floorProduct } from './rounding.ts';
import { countedFromZero, label, of, sum } from './step.ts';

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
    const by = label('Ready');
    const more = offset < 0 ? [of('offset', -offset)] : [];
    const less = offset > 0 ? [of('offset', offset)] : [];
    return (n, { ready, pending }) =>
      countedFromZero(by, n, sum([of('ready', ready), ...more], [...less, of('pending', pending)]));
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
    const by = label('WeightedActivated', activated, pending);
    return (n, facts) => {
      const [wanted, there] = [floorProduct(facts.ready, activated), floorProduct(facts.pending, pending)];
      const terms = sum(
        [{ ...of('ready', wanted), from: facts.ready }],
        [{ ...of('pending', there), from: facts.pending }],
      );
      return countedFromZero(by, n, terms);
    };
  },
});

const fillactivated = schedPlugin<{ default: number }>({
  name: 'Fillactivated',
  description: 'Starts the count: ready jobs less pending pilots, and never below 0.',
  differs:
    'It does what it was meant to; AutoPyFactory calls a method as a bare function and fails every time.',
  parameters: { default: withoutFacts },
  make:
    () =>
    (n, { ready, pending }) =>
      countedFromZero(label('Fillactivated'), n, sum([of('ready', ready)], [of('pending', pending)])),
});

/** Plugins that start the count from the jobs that are ready. */
export const READY: readonly SchedPlugin[] = [ready, weightedActivated, fillactivated];
