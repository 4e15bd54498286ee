import { createHash } from 'node:crypto';

/** Parameter Store's limit on a standard parameter's value, bytes. */
const MOST_VALUE_BYTES = 4_096;
/** Parameter Store's limit on the parameters of an account and region. */
const MOST_PARAMETERS = 10_000;
/** CloudFormation's limit on the resources of a stack. */
const MOST_RESOURCES = 500;

/** Enough for all parameters of an account, and each far from full: a queue with all its knobs takes some thirty. */
const GROUPS = 64;

/** The knobs of each queue, as texts. */
type Queues = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Names the group of a queue, whose parameters are one nested stack: a stack holds 500 resources, and a stage any number
 * of queues. It depends on the queue's name alone, so that a queue never moves: CloudFormation would make the parameter in
 * its new place before it removes it from the old one, and be told that it exists.
 */
export const groupOf = (queue: string): number =>
  createHash('sha256').update(queue).digest().readUInt32BE(0) % GROUPS;

const parametersOf = (knobs: Queues[string]): number => Object.keys(knobs).length;

const tooLong = (queues: Queues): readonly string[] =>
  Object.entries(queues).flatMap(([queue, knobs]) =>
    Object.entries(knobs)
      .map(([knob, value]) => ({ knob, bytes: Buffer.byteLength(value) }))
      .filter(({ bytes }) => bytes > MOST_VALUE_BYTES)
      .map(
        ({ knob, bytes }) =>
          `Queue ${queue}: ${knob} has ${bytes} bytes; expected ${MOST_VALUE_BYTES} or fewer, which is what an SSM parameter holds.`,
      ),
  );

const tooMany = (queues: Queues): readonly string[] => {
  const count = Object.values(queues).reduce((sum, knobs) => sum + parametersOf(knobs), 0);
  if (count > MOST_PARAMETERS) {
    return [
      `The queues come to ${count} parameters; expected ${MOST_PARAMETERS} or fewer, which is what SSM keeps for an account. Leave out knobs that have their defaults, or divide the queues among stages in several regions.`,
    ];
  }
  const groups = Map.groupBy(Object.entries(queues), ([queue]) => groupOf(queue));
  const fullest = Math.max(
    0,
    ...[...groups.values()].map((group) => group.reduce((sum, [, knobs]) => sum + parametersOf(knobs), 0)),
  );
  return fullest <= MOST_RESOURCES
    ? []
    : [
        `${fullest} parameters of queues would stand in one nested stack; expected ${MOST_RESOURCES} or fewer, which is CloudFormation's limit. Leave out knobs that have their defaults.`,
      ];
};

/** What platforms would refuse in the midst of a deploy, said before it. */
export const limitMistakes = (queues: Queues): readonly string[] => [...tooLong(queues), ...tooMany(queues)];
