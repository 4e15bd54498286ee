import type { QueueSettings } from '../../core/settings/queue-settings.ts';
import { parseQueueSettings } from '../../core/settings/settings.ts';
import { problemsInWords } from '../../core/tell/fact-sentence.ts';
import type { Kind } from '../model/policy.ts';

/** Knobs as an admin would put them into SSM, for every queue of a run. */
export type Knobs = Readonly<Record<string, string>>;

/** Memory of one core of the m family, MB. */
const CORE_MEMORY_MB = 4096;
/** What a job asks for with each core, MB. */
export const JOB_MEMORY_MB = 2000;

/** Flavours of the given numbers of cores, written out as an admin would. */
export const flavoursOf = (sizes: readonly number[]): string =>
  sizes.map((cores) => `model.${cores}c(${cores}c,${cores * CORE_MEMORY_MB}m)`).join(', ');

/** No cap that a run of the bench could reach, nor a life too short for its jobs; nothing of disks is modelled. */
const OPEN: Knobs = {
  state: 'active',
  'max-workers': '100000',
  'max-launch-per-tick': '1000',
  'disk-mb': '0',
  'pilot-wall-seconds': '3600',
  'max-life-seconds': String(30 * 86_400),
  'drain-deadline-seconds': String(30 * 86_400),
};

/** The settings of one queue, read as the Lambdas read them. */
export const settingsFor = ({ queue, cores }: Kind, knobs: Knobs): QueueSettings => {
  const own = { cpus: String(cores), 'memory-mb': String(cores * JOB_MEMORY_MB) };
  const parsed = parseQueueSettings(queue, { ...OPEN, ...own, ...knobs });
  if (!parsed.ok)
    throw new Error(`the bench's settings of ${queue} cannot be used: ${problemsInWords(parsed.problems)}`);
  return parsed.settings;
};
