import type * as z from 'zod';
import { stageBlock } from './block.ts';
import { blockOfFleet, hasOwnSource } from './fleets.ts';
import { gpuMistakes } from './gpu-drivers.ts';
import { limitMistakes } from './limits.ts';
import { otherKind } from './matching.ts';
import { ownerMistakes } from './owner-mistakes.ts';
import { placeOfStage } from './place.ts';
import { settingsOfStage } from './settings.ts';

/** One stage, or what a fleet of it is launched from, as a stage would be that has nothing else. */
export type Block = Readonly<z.infer<typeof stageBlock>> & { readonly stage: string };

/**
 * What an admin writes under `aerie` in cdk.json: one block a stage, and one stage is one pool. Everything that can be
 * wrong with it is said before anything is synthesised, each mistake in a sentence.
 */
export type StageConfig = Block & {
  /** The fleets that are launched from something of their own, each as a stage that is launched from that. */
  readonly ownFleets: Readonly<Record<string, Block>>;
};

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
  if (!parsed.success) return mistaken(...parsed.error.issues.flatMap((issue) => sentences([stage], issue)));
  const own = ownFleets(stage, record(block) ?? {}, parsed.data);
  if (!own.ok) return own;
  const config: StageConfig = { stage, ...parsed.data, ownFleets: own.fleets };
  const settings = settingsOfStage(config, placeOfStage(config));
  const mistakes = [
    ...ownerMistakes(config, settings),
    ...limitMistakes(config),
    ...gpuMistakes(config, settings),
  ];
  return mistakes.length > 0 ? mistaken(...mistakes) : { ok: true, config };
};

const mistaken = (...mistakes: readonly string[]) => ({ ok: false, mistakes }) as const;

/** The same bounds as the functions set for their own environment. */
const STAGE = /^[a-z][a-z0-9-]{0,19}$/;
const STAGE_ALLOWED = 'a small letter and up to 19 more small letters, digits and dashes';

const record = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;

/** Settings that there were, and where what they said belongs now. */
const GONE: Readonly<Record<string, string>> = {
  caps: 'is no setting of a stage any more: caps and budgets are those of fleets; set max-workers, max-cores, budget-dollars-per-hour and budget-dollars-per-month under "fleets", and remove it',
};

const sentences = (path: readonly string[], issue: z.core.$ZodIssue): readonly string[] => {
  const at = (...more: readonly PropertyKey[]) =>
    ['aerie.stages', ...path, ...issue.path, ...more].map(String).join('.');
  if (issue.code !== 'unrecognized_keys') return [`${at()} ${issue.message}.`];
  return issue.keys.map((key) => {
    const gone = issue.path.length === 0 && Object.hasOwn(GONE, key) ? GONE[key] : undefined;
    return `${at(key)} ${gone ?? 'is no setting of a stage; remove it'}.`;
  });
};

type OwnFleets =
  | { readonly ok: true; readonly fleets: StageConfig['ownFleets'] }
  | { readonly ok: false; readonly mistakes: readonly string[] };

/** What is wrong with the block of a fleet alone is the fleet's: the stage's own has been found to be right. */
const ownFleets = (
  stage: string,
  block: Readonly<Record<string, unknown>>,
  { fleets }: z.infer<typeof stageBlock>,
): OwnFleets => {
  const own = Object.entries(fleets).filter(([, fleet]) => hasOwnSource(fleet));
  const read = own.map(([name, fleet]) => ({
    name,
    parsed: stageBlock.safeParse(blockOfFleet(block, fleet), { error: otherKind }),
  }));
  const mistakes = read.flatMap(({ name, parsed }) =>
    parsed.success ? [] : parsed.error.issues.flatMap((issue) => sentences([stage, 'fleets', name], issue)),
  );
  if (mistakes.length > 0) return mistaken(...mistakes);
  return {
    ok: true,
    fleets: Object.fromEntries(
      read.flatMap(({ name, parsed }) => (parsed.success ? [[name, { stage, ...parsed.data }]] : [])),
    ),
  };
};
