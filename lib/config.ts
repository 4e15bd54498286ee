import type * as z from 'zod';
import { areMoney } from '../core/model/stage.ts';
import type { Place } from '../core/settings/place.ts';
import { hasPrices } from '../core/settings/prices.ts';
import { parseQueueSettings } from '../core/settings/settings.ts';
import { otherKind } from './matching.ts';
import { placeOfStage } from './place.ts';
import { stageBlock } from './stage-block.ts';
import { limitMistakes } from './stage-limits.ts';

/**
 * What an admin writes under `aerie` in cdk.json: one block a stage, and one stage is one pool. Everything that can be
 * wrong with it is said before anything is synthesised, each mistake in a sentence.
 */
export type StageConfig = Readonly<z.infer<typeof stageBlock>> & { readonly stage: string };

/** The stage that was asked for, or every mistake in its configuration. */
export type ReadConfig =
  | { readonly ok: true; readonly config: StageConfig }
  | { readonly ok: false; readonly mistakes: readonly string[] };

/** Reads the stage `stage` from the value of the context key `aerie`. */
export const readConfig = (aerie: unknown, stage: string): ReadConfig => {
  if (!STAGE.test(stage)) return mistaken(`"${stage}" is no name for a stage; expected ${STAGE_ALLOWED}.`);
  const stages = record(record(aerie)?.stages);
  if (stages === undefined) return mistaken('cdk.json has no stages; its context needs "aerie.stages".');
  const block = Object.hasOwn(stages, stage) ? stages[stage] : undefined;
  if (block === undefined) {
    const known = Object.keys(stages).join(', ') || 'none';
    return mistaken(`cdk.json has no stage "${stage}" under "aerie.stages"; it has: ${known}.`);
  }
  const parsed = stageBlock.safeParse(block, { error: otherKind });
  if (!parsed.success) return mistaken(...parsed.error.issues.flatMap((issue) => sentences(stage, issue)));
  const { queues, caps } = parsed.data;
  const place = placeOfStage(parsed.data);
  const mistakes = [
    ...queueMistakes(queues, place),
    ...limitMistakes(queues),
    ...driverlessQueues(parsed.data, place),
    ...(caps !== undefined && areMoney(caps) ? unpricedQueues(queues, place) : []),
  ];
  return mistakes.length > 0 ? mistaken(...mistakes) : { ok: true, config: { stage, ...parsed.data } };
};

const mistaken = (...mistakes: readonly string[]): ReadConfig => ({ ok: false, mistakes });

/** The same bounds as the functions set for their own environment. */
const STAGE = /^[a-z][a-z0-9-]{0,19}$/;
const STAGE_ALLOWED = 'a small letter and up to 19 more small letters, digits and dashes';

const record = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;

const sentences = (stage: string, issue: z.core.$ZodIssue): readonly string[] => {
  const at = (...more: readonly PropertyKey[]) =>
    ['aerie.stages', stage, ...issue.path, ...more].map(String).join('.');
  if (issue.code !== 'unrecognized_keys') return [`${at()} ${issue.message}.`];
  return issue.keys.map((key) => `${at(key)} is no setting of a stage; remove it.`);
};

type Queues = StageConfig['queues'];
type Knobs = Queues[string];

const queueMistakes = (queues: Queues, place: Place): readonly string[] => {
  const names = Object.entries(queues);
  if (names.length === 0) {
    return ['The stage has no queue; give "queues" at least one, such as "CLOUD": { "state": "paused" }.'];
  }
  return names.flatMap(([queue, knobs]) => [
    ...emptyKnobs(queue, knobs),
    ...unreadableKnobs(queue, knobs, place),
  ]);
};

/** SSM holds no empty values; what an empty one would mean is what an absent parameter means. */
const emptyKnobs = (queue: string, knobs: Knobs): readonly string[] =>
  Object.entries(knobs)
    .filter(([, value]) => value === '')
    .map(([knob]) => `Queue ${queue}: ${knob} is empty, which SSM cannot hold; leave it out instead.`);

/** A cap of the stage in dollars would keep such a queue from launching anything. */
const unpricedQueues = (queues: Queues, place: Place): readonly string[] =>
  Object.entries(queues).flatMap(([queue, knobs]) => {
    const parsed = parseQueueSettings(queue, knobs, place);
    return parsed.ok && !hasPrices(parsed.settings)
      ? [
          `Queue ${queue} has no prices, and caps are in dollars; set its dollars-per-core-hour, or name its flavours in prices.`,
        ]
      : [];
  });

/** Plain images have no driver: such a worker would boot for minutes, and end. */
const driverlessQueues = (
  { queues, worker, imagePipeline, workerSite }: Readonly<z.infer<typeof stageBlock>>,
  place: Place,
): readonly string[] => {
  if (worker === undefined || worker.os === 'baked' || imagePipeline?.gpu === true) return [];
  // The site's own script may bring the driver; the boot looks whether it did.
  if (workerSite?.script !== undefined) return [];
  return Object.entries(queues).flatMap(([queue, knobs]) => {
    const parsed = parseQueueSettings(queue, knobs, place);
    return parsed.ok && parsed.settings.gpus > 0
      ? [
          `Queue ${queue}: gpus is ${parsed.settings.gpus}, and a plain image of ${worker.os} has no driver for GPUs; give imagePipeline "gpu": true, or an image with a driver and the os baked.`,
        ]
      : [];
  });
};

const unreadableKnobs = (queue: string, knobs: Knobs, place: Place): readonly string[] => {
  const parsed = parseQueueSettings(queue, knobs, place);
  return parsed.ok ? [] : parsed.problems.map(({ knob, why }) => `Queue ${queue}: ${knob} ${why}.`);
};
