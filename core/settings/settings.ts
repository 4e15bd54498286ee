import { EC2 } from '../model/clouds.ts';
import { isArm64, isEc2Type } from '../model/flavours.ts';
import type { Shape } from '../model/resources.ts';
import { FLEET_KNOBS, type WishedFlavour } from './fleet-knobs.ts';
import type { FleetSettings, ParsedFleet } from './fleet-settings.ts';
import type { ParsedSettings, WithSchedule } from './parse.ts';
import { type RawSettings, readKnobs, type SettingProblem } from './parse.ts';
import { type Place, placeOfFleet, USUAL_PLACE } from './place.ts';
import { unpriced } from './prices.ts';
import { QUEUE_KNOBS } from './queue-knobs.ts';
import { type ParsedQueue, USUAL_SHAPE } from './queue-settings.ts';
import { allScheduled, scheduledAt, withScheduled } from './schedule.ts';
import { settleAt } from './settle.ts';

const listOf = (knobs: object): string => Object.keys(knobs).join(', ');

/** Knobs of one table that an admin may look for in the other. */
const moved = (to: 'queue' | 'fleet', knob: string): string =>
  to === 'fleet'
    ? `is a knob of fleets: set it at the fleet of this queue, /aerie/<stage>/fleets/<fleet>/${knob}, and delete it here`
    : `is a knob of queues: set it at the queue, /aerie/<stage>/queues/<queue>/${knob}, and delete it here`;

const GONE: Readonly<Record<string, string>> = {
  share:
    'is no knob any more: HTCondor shares workers out; see condor_userprio -setfactor, and delete it here',
};

const ofQueues = {
  knobs: QUEUE_KNOBS,
  strange: (knob: string): string =>
    (Object.hasOwn(GONE, knob) ? GONE[knob] : undefined) ??
    (Object.hasOwn(FLEET_KNOBS, knob)
      ? moved('fleet', knob)
      : `is no knob of a queue; they are ${listOf(QUEUE_KNOBS)}`),
};

const ofFleets = {
  knobs: FLEET_KNOBS,
  strange: (knob: string): string =>
    Object.hasOwn(QUEUE_KNOBS, knob)
      ? moved('queue', knob)
      : `is no knob of a fleet; they are ${listOf(FLEET_KNOBS)}`,
};

/** Reads parameters as they are at a moment, if those of their schedule can be used at every other moment too. */
const atEveryTime = <S>(
  raw: RawSettings,
  at: number | undefined,
  parse: (raw: RawSettings) => ParsedSettings<S>,
): ParsedSettings<S & WithSchedule> => {
  const usual = parse(raw);
  if (!usual.ok) return usual;
  for (const set of allScheduled(raw)) {
    const then = parse(withScheduled(raw, set));
    if (then.ok) continue;
    const entries = set.map(({ text }) => text).join('; ');
    const wrong = then.problems.map(({ knob, why }) => `${knob} ${why}`).join('; ');
    const problem = { knob: 'schedule', why: `makes settings that cannot be used (${entries}): ${wrong}` };
    return { ok: false, name: then.name, problems: [problem] };
  }
  const scheduled = at === undefined ? [] : scheduledAt(raw, at);
  const now = scheduled.length === 0 ? usual : parse(withScheduled(raw, scheduled));
  return now.ok ? { ok: true, settings: { ...now.settings, scheduled } } : now;
};

/**
 * Reads a queue's parameters, as they are at a moment; without one, as they are while no entry of their schedule holds. What
 * it has to fit to besides, its fleet, is judged in `joint.ts`.
 */
export const parseQueueSettings = (name: string, raw: RawSettings, at?: number): ParsedQueue =>
  atEveryTime(raw, at, (of) => {
    const read = readKnobs(name, of, ofQueues);
    return read.ok ? { ok: true, settings: read.values } : read;
  });

/** A pilot is built for one kind of processors, and so is an image. */
const unfitProcessors = (
  { flavours }: Pick<FleetSettings, 'flavours'>,
  place: Place | undefined,
): readonly SettingProblem[] => {
  const arm = flavours.filter(({ name }) => isArm64(name));
  const [first] = arm;
  if (first === undefined) return [];
  if (arm.length < flavours.length) {
    return [
      {
        knob: 'flavours',
        why: `have ${first.name}, whose processors are ARM's, beside others with x86_64, and a pilot runs on one kind only; give each kind a fleet of its own`,
      },
    ];
  }
  return place === undefined || place.hasArm64Image
    ? []
    : [
        {
          knob: 'flavours',
          why: `have ${first.name}, whose processors are ARM's, and the stage names no image for them; give it an arm64Image, or name types with x86_64`,
        },
      ];
};

/** Workers have the programs of the cloud that their fleet is deployed for, and on another one they do not join. */
const undeployed = (
  { name, cloud }: Pick<FleetSettings, 'name' | 'cloud'>,
  { deployedOn }: Pick<Place, 'deployedOn'>,
): readonly SettingProblem[] => {
  if (deployedOn === undefined) return [];
  const [on = EC2] = Object.keys(deployedOn).filter((of) => deployedOn[of]?.includes(name));
  if (on === cloud || (on === EC2 && !Object.hasOwn(deployedOn, cloud))) return [];
  const why = `is "${cloud}", and fleet ${name} is deployed for ${on}: its machines would come up with the programs of ${on}, and would not join. Say cloud in fleets.${name} of cdk.json and deploy, or set it to ${on}`;
  return [{ knob: 'cloud', why }];
};

/** What a fleet asks for has to be what its cloud has. */
const unfitCloud = (
  { cloud, market, flavours }: Pick<FleetSettings, 'cloud' | 'market' | 'flavours'>,
  wished: readonly WishedFlavour[],
  place: Place | undefined,
): readonly SettingProblem[] => {
  if (cloud === EC2) {
    const strange = flavours.find(({ name }) => !isEc2Type(name));
    if (strange === undefined) return [];
    const why = `have ${strange.name}, which is no instance type of EC2; name types such as m6i.large, or set cloud to the one that has it`;
    return [{ knob: 'flavours', why }];
  }
  const problems: SettingProblem[] = [];
  const clouds = place?.clouds ?? [];
  if (place !== undefined && !clouds.includes(cloud)) {
    const why = `is "${cloud}", and the stage has no cloud of that name; it has: ${[EC2, ...clouds].join(', ')}. Name one of them, or add it to "clouds" of the stage and deploy`;
    problems.push({ knob: 'cloud', why });
  }
  if (market !== 'on-demand') {
    const why = `is ${market}, and the cloud ${cloud} has no spot machines; set it to on-demand`;
    problems.push({ knob: 'market', why });
  }
  if (wished.some((one) => !('name' in one))) {
    const why = `ask for any type, and only EC2's are known; name those of the cloud ${cloud}, such as m1.large(4c,8192m)`;
    problems.push({ knob: 'flavours', why });
  }
  return problems;
};

/** Workers that are kept count against the cap, so no more can be than it allows. */
const keptAboveCap = ({
  minWorkers,
  maxWorkers,
}: Pick<FleetSettings, 'minWorkers' | 'maxWorkers'>): readonly SettingProblem[] =>
  minWorkers <= maxWorkers
    ? []
    : [
        {
          knob: 'min-workers',
          why: `is ${minWorkers}, and max-workers is ${maxWorkers}; expected at most that: lower it, or raise max-workers`,
        },
      ];

/** Where a fleet's workers live, and what runs on them. */
export interface Serving {
  /** That of the stage; absent: the usual place. */
  readonly place?: Place | undefined;
  /** What the pilots of its queues ask for; none: what one asks for by default. */
  readonly shapes?: readonly Shape[];
}

const parseFleet = (
  name: string,
  raw: RawSettings,
  { place: ofStage, shapes = [] }: Serving,
): ParsedSettings<Omit<FleetSettings, keyof WithSchedule>> => {
  const read = readKnobs(name, raw, ofFleets);
  if (!read.ok) return read;
  const place = ofStage && placeOfFleet(ofStage, name);
  const written = read.values;
  const settled = settleAt(written, shapes.length === 0 ? [USUAL_SHAPE] : shapes, place ?? USUAL_PLACE);
  if (typeof settled === 'string') {
    return { ok: false, name, problems: [{ knob: 'flavours', why: settled }] };
  }
  const settings = { ...written, ...settled };
  const contradictions = [
    ...unfitCloud(settings, written.flavours, place),
    ...undeployed(settings, place ?? USUAL_PLACE),
    ...(settings.cloud === EC2 ? unfitProcessors(settings, place) : []),
    ...unpriced(settings),
    ...keptAboveCap(settings),
  ];
  return contradictions.length > 0 ? { ok: false, name, problems: contradictions } : { ok: true, settings };
};

/** Reads a fleet's parameters, as a queue's. */
export const parseFleetSettings = (
  name: string,
  raw: RawSettings,
  serving: Serving = {},
  at?: number,
): ParsedFleet => atEveryTime(raw, at, (of) => parseFleet(name, of, serving));

/** Settings that let go of every worker: of a fleet that has workers and no settings any more. */
export const settingsOfRemoved = (name: string): ParsedFleet => parseFleetSettings(name, { state: 'drain' });
