import type { SettingsRecord } from '../../core/settings/settings-record.ts';
import { readConfig, type StageConfig } from '../../lib/stage/config.ts';
import { fileMistakes } from '../../lib/stage/files.ts';
import { placeOfStage } from '../../lib/stage/place.ts';
import { settingsOfStage } from '../../lib/stage/settings.ts';
import { UsageError } from '../command/usage.ts';
import { readCdkJson } from './cdk-json.ts';
import type { StageSetUp } from './sight.ts';

/** Reads a stage of a `cdk.json`. Throws UsageError with everything that is wrong with it. */
export const stageIn = async (file: string, stage: string): Promise<StageConfig> => {
  if (stage === '') {
    throw new UsageError('which stage? Say --stage NAME or set AERIE_STAGE; it is one of cdk.json.');
  }
  const { context } = await readCdkJson(file);
  const read = readConfig(context.aerie, stage);
  const mistakes = read.ok ? fileMistakes(read.config) : read.mistakes;
  if (!read.ok || mistakes.length > 0) throw new UsageError(mistakes.join('\n'));
  return read.config;
};

const recordsOf = ({ queues, fleets }: StageConfig): readonly SettingsRecord[] => [
  ...Object.entries(queues).map(([name, good]) => ({ of: 'queue', name, readAt: 0, good }) as const),
  ...Object.entries(fleets).map(
    ([name, { knobs: good }]) => ({ of: 'fleet', name, readAt: 0, good }) as const,
  ),
];

/** Nothing runs, and nothing is remembered. */
const NOTHING_ALIVE = { launches: [], workers: [], submissions: {}, cooling: [], pilotsEver: {} };

/** A stage as a deploy of its block in a `cdk.json` would set it up. Throws UsageError. */
export const plannedStage = async (file: string, stage: string): Promise<StageSetUp> => {
  const config = await stageIn(file, stage);
  const place = placeOfStage(config);
  return {
    stage,
    now: Date.now() / 1000,
    place,
    ticks: { seconds: config.tickSeconds, nudges: config.nudges },
    view: async () => NOTHING_ALIVE,
    settings: async () => ({
      completeAt: undefined,
      records: recordsOf(config),
      ...settingsOfStage(config, place),
    }),
  };
};
