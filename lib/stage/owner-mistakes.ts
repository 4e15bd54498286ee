import { DEFAULT_FLEET } from '../../core/model/pool.ts';
import { FLEET_KNOBS } from '../../core/settings/fleet-knobs.ts';
import type { StageSettings } from '../../core/settings/joint.ts';
import { nameOf, type ParsedSettings, type RawSettings } from '../../core/settings/parse.ts';
import { QUEUE_KNOBS } from '../../core/settings/queue-knobs.ts';
import type { FleetBlock } from './fleets.ts';

interface Owners {
  readonly pandaUrl?: string | undefined;
  readonly queues: Readonly<Record<string, RawSettings>>;
  readonly fleets: Readonly<Record<string, FleetBlock>>;
}

/** SSM holds no empty values; what an empty one would mean is what an absent parameter means. */
const emptyKnobs = (whose: string, knobs: RawSettings): readonly string[] =>
  Object.entries(knobs)
    .filter(([, value]) => value === '')
    .map(([knob]) => `${whose}: ${knob} is empty, which SSM cannot hold; leave it out instead.`);

/** Some stand in both tables, such as `state`. */
const isFleetKnob = (knob: string): boolean =>
  Object.hasOwn(FLEET_KNOBS, knob) && !Object.hasOwn(QUEUE_KNOBS, knob);

/** One sentence for all that has moved: a stage from before there were fleets has a dozen of them at each queue. */
const movedKnobs = (queue: string, knobs: RawSettings): readonly string[] => {
  const moved = Object.keys(knobs).filter(isFleetKnob);
  if (moved.length === 0) return [];
  const [are, them] = moved.length === 1 ? ['is a knob of fleets', 'it'] : ['are knobs of fleets', 'them'];
  const fleet = knobs.fleet ?? DEFAULT_FLEET;
  return [`Queue ${queue}: ${moved.join(', ')} ${are}; move ${them} to "${fleet}" under "fleets".`];
};

const unreadable = (
  whose: string,
  parsed: ParsedSettings<unknown>,
  isSaid: (knob: string) => boolean = () => false,
): readonly string[] =>
  parsed.ok
    ? []
    : parsed.problems.filter(({ knob }) => !isSaid(knob)).map(({ knob, why }) => `${whose}: ${knob} ${why}.`);

/** Nobody would know of a fleet without a parameter, except of the one that is always there. */
const unknowable = ({ fleets }: Owners): readonly string[] =>
  Object.entries(fleets)
    .filter(([fleet, { knobs }]) => fleet !== DEFAULT_FLEET && Object.keys(knobs).length === 0)
    .map(
      ([fleet]) =>
        `Fleet ${fleet} has no knob, and a fleet is known by its parameters; give it one, such as "max-workers": 20.`,
    );

const pandaMistakes = ({ pandaUrl, queues }: Owners): readonly string[] => {
  const names = Object.keys(queues);
  if (pandaUrl !== undefined || names.length === 0) return [];
  const [are, their] =
    names.length === 1 ? [`Queue ${names[0]} is`, 'its'] : [`Queues ${names.join(', ')} are`, 'their'];
  return [`${are} PanDA's, and the stage has no pandaUrl to ask for ${their} jobs; give one, or remove it.`];
};

/** Says what is wrong with the queues and fleets of a stage: each by itself, and one beside the other. */
export const ownerMistakes = (block: Owners, settings: StageSettings): readonly string[] => {
  const { queues, fleets } = block;
  if (Object.keys(queues).length === 0 && Object.keys(fleets).length === 0) {
    return [
      'The stage has no queue and no fleet; give "queues" at least one, such as "CLOUD": { "state": "paused" }, or "fleets" one for jobs that are no pilots, such as "default": { "max-workers": 20 }.',
    ];
  }
  return [
    ...pandaMistakes(block),
    ...unknowable(block),
    ...settings.queues.flatMap((queue) => {
      const name = nameOf(queue);
      const knobs = queues[name] ?? {};
      return [
        ...emptyKnobs(`Queue ${name}`, knobs),
        ...movedKnobs(name, knobs),
        ...unreadable(`Queue ${name}`, queue, (knob) => isFleetKnob(knob) && Object.hasOwn(knobs, knob)),
      ];
    }),
    ...settings.fleets.flatMap((fleet) => {
      const name = nameOf(fleet);
      return [
        ...emptyKnobs(`Fleet ${name}`, fleets[name]?.knobs ?? {}),
        ...unreadable(`Fleet ${name}`, fleet),
      ];
    }),
  ];
};
