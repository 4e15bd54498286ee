import { parseFlavour } from '../../core/model/flavours.ts';
import { FLEET_KNOBS } from '../../core/settings/fleet-knobs.ts';
import { type Section, textOf } from './configuration.ts';
import { changed, dropped, type Fate, landed } from './fate.ts';
import { shown } from './template.ts';

/** The knobs of a fleet, and the keys that they are of. */
interface FleetParts {
  readonly knobs: Readonly<Record<string, string>>;
  readonly fates: readonly Fate[];
}

interface Cap {
  readonly plugin: string;
  readonly knob: keyof typeof FLEET_KNOBS;
}

/** Limits of a chain that are caps of a fleet. */
const CAPS: ReadonlyMap<string, Cap> = new Map([
  ['sched.maxtorun.maximum', { plugin: 'MaxToRun', knob: 'max-workers' }],
  ['sched.keepnrunning.keep_running', { plugin: 'KeepNRunning', knob: 'min-workers' }],
  ['sched.maxpercycle.maximum', { plugin: 'MaxPerCycle', knob: 'max-launch-per-tick' }],
  ['sched.maxpending.maximum', { plugin: 'MaxPending', knob: 'max-booting' }],
]);

const FLEET_LOOKS = 'a fleet looks at the jobs that wait for it and at their shapes, not at a chain';

/** The caps of a fleet, out of a chain that counted machines. */
export const fleetOfChain = (section: Section): FleetParts => {
  const names = (textOf(section, 'schedplugin') ?? '').split(',').map((name) => name.trim());
  const knobs: Record<string, string> = {};
  const fates: Fate[] = [];
  for (const key of section.options.keys()) {
    if (!/^sched\./i.test(key)) continue;
    const cap = CAPS.get(key);
    const value = textOf(section, key)?.trim() ?? '';
    if (cap === undefined || !names.includes(cap.plugin)) {
      fates.push(dropped(key, cap === undefined ? FLEET_LOOKS : `${cap.plugin} is not in schedplugin`));
    } else if (FLEET_KNOBS[cap.knob].schema.safeParse(value).success) {
      knobs[cap.knob] = value;
      fates.push(landed(key, cap.knob));
    } else {
      fates.push(dropped(key, `${cap.knob} takes ${FLEET_KNOBS[cap.knob].allowed}`));
    }
  }
  const least = knobs['min-workers'];
  if (least !== undefined && knobs['max-workers'] === undefined) knobs['max-workers'] = least;
  const own = section.options.has('schedplugin') ? [dropped('schedplugin', FLEET_LOOKS)] : [];
  return { knobs, fates: [...own, ...fates] };
};

/** The machines that an EC2 section asked for. */
export const fleetOfMachines = (section: Section): FleetParts => {
  const typeKey = 'batchsubmit.condorec2.instance_type';
  const spotKey = 'batchsubmit.condorec2.spot_price';
  const type = shown(section, typeKey);
  const isKnown = type !== undefined && parseFlavour(type) !== undefined;
  const isSpot = textOf(section, spotKey) !== undefined;
  const ofType = isKnown
    ? landed(typeKey, 'flavours')
    : dropped(
        typeKey,
        `${type ?? 'its value'} is no type whose size aerie knows; choose flavours of today, such as any(2c)`,
      );
  return {
    knobs: { ...(isKnown ? { flavours: type } : {}), ...(isSpot ? { market: 'spot-first' } : {}) },
    fates: [
      ...(section.options.has(typeKey) ? [ofType] : []),
      ...(isSpot
        ? [
            changed(
              spotKey,
              'market',
              'market is spot-first; EC2 has no bids any more, and the price is capped by on demand',
            ),
          ]
        : section.options.has(spotKey)
          ? [dropped(spotKey, 'is nothing: machines are on demand')]
          : []),
    ],
  };
};
