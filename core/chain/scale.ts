import { decimal, pilots, withDefault } from './parameters.ts';
import { type SchedPlugin, schedPlugin } from './plugin.ts';
import { ceilProduct } from './rounding.ts';
import { counted, label, moved, sum } from './step.ts';

const scale = schedPlugin<{ factor: number }>({
  name: 'Scale',
  description:
    'Multiplies by the factor and rounds up, so that no factor above 0 scales a last job away. A removal is scaled too: -3 times 0.5 is -1.',
  differs:
    'The error of floating point is taken out before rounding, so that 100 times 0.07 is 7 and not 8. A factor below 0, which would turn demand into removal, is refused.',
  parameters: { factor: withDefault(decimal(0, 1000, 'Pilots for each one counted so far.'), '1') },
  make: ({ factor }) => {
    const by = label('Scale', factor);
    return (n) => moved(by, n, ceilProduct(n, factor));
  },
});

const fixed = schedPlugin<{ pilotspercycle: number }>({
  name: 'Fixed',
  description: 'Always the same number, with or without jobs. What earlier steps counted is dropped.',
  differs:
    'The number has to be given; AutoPyFactory takes 0 without it, which here is written Null() or Fixed(0).',
  parameters: { pilotspercycle: pilots('Pilots to submit in every cycle.') },
  make:
    ({ pilotspercycle }) =>
    (n) =>
      counted(label('Fixed'), n, pilotspercycle, sum([])),
});

const nothing = schedPlugin<Record<never, never>>({
  name: 'Null',
  description:
    'Always 0: what earlier steps counted is dropped, and the chain asks for nothing to be submitted or removed. Idle pilots without a job still go, as with every chain that comes to 0.',
  parameters: {},
  make: () => (n) => moved(label('Null'), n, 0),
});

/** Plugins that need no facts. */
export const PLAIN: readonly SchedPlugin[] = [scale, fixed, nothing];
