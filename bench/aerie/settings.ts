import type { Shape } from '../../core/model/resources.ts';
import { FLEET_KNOBS } from '../../core/settings/fleet-knobs.ts';
import type { FleetSettings } from '../../core/settings/fleet-settings.ts';
import type { ParsedSettings } from '../../core/settings/parse.ts';
import { extrasPercent, type Place, USUAL_PLACE } from '../../core/settings/place.ts';
import { QUEUE_KNOBS } from '../../core/settings/queue-knobs.ts';
import type { QueueSettings } from '../../core/settings/queue-settings.ts';
import { parseFleetSettings, parseQueueSettings } from '../../core/settings/settings.ts';
import { problemsInWords } from '../../core/tell/fact-sentence.ts';
import { DISK_GB } from '../model/account.ts';
import type { Kind } from '../model/policy.ts';

/** Knobs as an admin would put them into SSM: a queue's and its fleet's, in one table. */
export type Knobs = Readonly<Record<string, string>>;

/** Memory of one core of the m family, MB. */
const CORE_MEMORY_MB = 4096;
/** What a job asks for with each core, MB. */
export const JOB_MEMORY_MB = 2000;

/** Flavours of the given numbers of cores, written out as an admin would. */
export const flavoursOf = (sizes: readonly number[]): string =>
  sizes.map((cores) => `model.${cores}c(${cores}c,${cores * CORE_MEMORY_MB}m)`).join(', ');

/** No cap that a run of the bench could reach, nor a life too short for its jobs; of disks only those of sleepers are modelled. */
const OPEN: Knobs = {
  state: 'active',
  'max-workers': '100000',
  'max-launch-per-tick': '1000',
  'disk-mb': '0',
  'max-asleep': '0',
  // As of a usual worker, so that sizes are as they were; what is paid for disks and addresses of machines awake is in no figure.
  'worker-overhead-percent': String(extrasPercent(USUAL_PLACE, undefined)),
  'pilot-wall-seconds': '3600',
  'max-life-seconds': String(30 * 86_400),
  'drain-deadline-seconds': String(30 * 86_400),
};

/** Near the list prices of the m family. */
export const CORE_DOLLARS = 0.05;

/** The model's machines have the disks that its bill is of. */
const PLACE: Place = { ...USUAL_PLACE, region: 'us-east-1', diskGb: DISK_GB };

/** Workers sleep, and prices say for how long. */
export const SLEEP: Knobs = {
  'max-asleep': '100000',
  'dollars-per-core-hour': String(CORE_DOLLARS),
};

/** Those of one table. */
const only = (table: object, knobs: Knobs): Knobs =>
  Object.fromEntries(Object.entries({ ...OPEN, ...knobs }).filter(([knob]) => Object.hasOwn(table, knob)));

const usable = <S>(name: string, parsed: ParsedSettings<S>): S => {
  if (parsed.ok) return parsed.settings;
  throw new Error(`the bench's settings of ${name} cannot be used: ${problemsInWords(parsed.problems)}`);
};

/** The settings of one queue, read as the Lambdas read them. */
export const queueSettings = ({ queue, cores }: Kind, fleet: string, knobs: Knobs): QueueSettings => {
  const own = { cpus: String(cores), 'memory-mb': String(cores * JOB_MEMORY_MB), fleet };
  return usable(queue, parseQueueSettings(queue, { ...only(QUEUE_KNOBS, knobs), ...own }));
};

/** The settings of one fleet; `shapes`: what the pilots of its queues ask for. */
export const fleetSettings = (name: string, knobs: Knobs, shapes: readonly Shape[]): FleetSettings =>
  usable(name, parseFleetSettings(name, only(FLEET_KNOBS, knobs), { shapes, place: PLACE }));
