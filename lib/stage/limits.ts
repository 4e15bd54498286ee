import { createHash } from 'node:crypto';

/** Parameter Store's limit on a standard parameter's value, bytes. */
const MOST_VALUE_BYTES = 4_096;
/** Parameter Store's limit on the parameters of an account and region. */
const MOST_PARAMETERS = 10_000;
/** CloudFormation's limit on the resources of a stack. */
const MOST_RESOURCES = 500;

/** Enough for all parameters of an account, and each far from full: a queue with all its knobs takes some thirty. */
const GROUPS = 64;

/** The knobs of each queue or fleet, as texts. */
type Knobs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Names the group of a queue or fleet, whose parameters are one nested stack: a stack holds 500 resources, and a stage any number
 * of them. It depends on the name alone, so that none ever moves: CloudFormation would make the parameter in
 * its new place before it removes it from the old one, and be told that it exists.
 */
export const groupOf = (name: string): number =>
  createHash('sha256').update(name).digest().readUInt32BE(0) % GROUPS;

const parametersOf = (knobs: Knobs[string]): number => Object.keys(knobs).length;

const tooLong = (what: string, all: Knobs): readonly string[] =>
  Object.entries(all).flatMap(([name, knobs]) =>
    Object.entries(knobs)
      .map(([knob, value]) => ({ knob, bytes: Buffer.byteLength(value) }))
      .filter(({ bytes }) => bytes > MOST_VALUE_BYTES)
      .map(
        ({ knob, bytes }) =>
          `${what} ${name}: ${knob} has ${bytes} bytes; expected ${MOST_VALUE_BYTES} or fewer, which is what an SSM parameter holds.`,
      ),
  );

const countOf = (all: Knobs): number =>
  Object.values(all).reduce((sum, knobs) => sum + parametersOf(knobs), 0);

/** The parameters in the fullest of the nested stacks. */
const fullestOf = (all: Knobs): number => {
  const groups = Map.groupBy(Object.entries(all), ([name]) => groupOf(name));
  return Math.max(0, ...[...groups.values()].map((group) => countOf(Object.fromEntries(group))));
};

const tooMany = (queues: Knobs, fleets: Knobs): readonly string[] => {
  const count = countOf(queues) + countOf(fleets);
  if (count > MOST_PARAMETERS) {
    return [
      `The queues and fleets come to ${count} parameters; expected ${MOST_PARAMETERS} or fewer, which is what SSM keeps for an account. Leave out knobs that have their defaults, or divide the queues among stages in several regions.`,
    ];
  }
  const fullest = Math.max(fullestOf(queues), fullestOf(fleets));
  return fullest <= MOST_RESOURCES
    ? []
    : [
        `${fullest} parameters would stand in one nested stack; expected ${MOST_RESOURCES} or fewer, which is CloudFormation's limit. Leave out knobs that have their defaults.`,
      ];
};

/**
 * What the tags of a stage and the templates of its fleets may come to in the environment of a function, which holds 4 KB in
 * all, bytes: the rest of it has a quarter of that, and room to spare.
 */
const MOST_ENVIRONMENT_BYTES = 2_700;
/** Of one fleet as JSON, with the longest ids and numbers: runtime/run/environment.ts. */
const FLEET_BYTES = 130;

const tooManySources = ({ tags, ownFleets }: Pick<Stage, 'tags' | 'ownFleets'>): readonly string[] => {
  const names = Object.keys(ownFleets);
  const bytes = names.reduce((sum, name) => sum + Buffer.byteLength(name) + FLEET_BYTES, 0);
  const room = MOST_ENVIRONMENT_BYTES - Buffer.byteLength(JSON.stringify(tags));
  return bytes <= room
    ? []
    : [
        `${names.length} fleets are launched from something of their own, which comes to ${bytes} bytes in the environment of each function; expected ${room} or fewer beside the stage's tags. Let some of them be launched from what the stage is, or make a stage of them.`,
      ];
};

interface Stage {
  readonly queues: Knobs;
  readonly fleets: Readonly<Record<string, { readonly knobs: Knobs[string] }>>;
  readonly ownFleets: Readonly<Record<string, unknown>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** What platforms would refuse in the midst of a deploy, said before it. */
export const limitMistakes = (stage: Stage): readonly string[] => {
  const { queues } = stage;
  const fleets = knobsOf(stage.fleets);
  return [
    ...tooLong('Queue', queues),
    ...tooLong('Fleet', fleets),
    ...tooMany(queues, fleets),
    ...tooManySources(stage),
  ];
};

/** The knobs of every fleet, without what it is launched from. */
export const knobsOf = (fleets: Stage['fleets']): Knobs =>
  Object.fromEntries(Object.entries(fleets).map(([name, { knobs }]) => [name, knobs]));
