import { meanSeconds } from '../../../learn/boot-curve.ts';
import type { CurveOf, Like } from '../../../learn/joins.ts';
import type { WorkerRecord } from '../../../model/worker.ts';
import type { Fleet } from '../../../observe/fleet.ts';
import { listedPerHour } from '../../../observe/money/listed-rate.ts';
import type { FleetSettings } from '../../../settings/fleet-settings.ts';
import { dollarsPerHour } from '../../../settings/prices.ts';

/**
 * How many times over a sleeper's disk may cost what its wake saves. Once, and sleep costs at most twice what knowing the future
 * would have, whatever comes: the ski-rental rule. Where sleepers are woken again and again, most of them long before that, the
 * last ones are worth more: on the PanDA-like load 86 s of waiting become 48 s for 0.5 % of the cost.
 */
const TIMES = { least: 1, most: 10 } as const;

/** A worker, or one that may be launched: what it is, and what it offers. */
export type Sleeper = Like & Pick<WorkerRecord, 'offers'>;

/** What the sleepers of a fleet have in common. */
export interface Terms {
  /** How many times what a wake saves a disk may cost. */
  readonly times: number;
  /** As many cores are woken at a time, on average: a sleeper wakes as the size that is wanted, whatever it was. */
  readonly cores: number;
}

/** Returns them: the more of those that may sleep have been woken, the longer they are kept. */
export const termsOf = ({ members, asleep = [] }: Fleet): Terms => {
  const all = [...asleep, ...members.flatMap(({ record }) => (record.mayStop === true ? [record] : []))];
  if (all.length === 0) return { times: TIMES.least, cores: 1 };
  const woken = all.filter(({ sleeps }) => sleeps !== undefined).length;
  const cores = all.reduce((n, { offers }) => n + offers.cpus, 0);
  return {
    times: TIMES.least + ((TIMES.most - TIMES.least) * woken) / all.length,
    cores: cores / all.length,
  };
};

/**
 * Returns how long a worker is kept asleep, seconds: until its disk has cost so many times what the cores of a wake cost while a
 * cold boot takes longer. Undefined: nothing says what it costs, so nothing says that sleep is worth its disk.
 */
export const keepSeconds = (
  sleeper: Sleeper,
  settings: FleetSettings,
  curveOf: CurveOf,
  { times, cores }: Terms,
): number | undefined => {
  const { offer, offers } = sleeper;
  const awake =
    dollarsPerHour({ ...offer, cpus: offers.cpus }, settings) ??
    listedPerHour(settings, offer.flavour, offers.cpus);
  if (awake === undefined) return undefined;
  const saved =
    meanSeconds(curveOf(sleeper, 'cold'), 'cold') - meanSeconds(curveOf(sleeper, 'woken'), 'woken');
  if (saved <= 0) return 0;
  return (times * saved * (awake / Math.max(1, offers.cpus)) * cores) / settings.diskDollarsPerHour;
};

/** Returns how many workers of a fleet may be asleep: more than it may have awake nobody could wake. */
export const mostAsleep = ({ maxAsleep, maxWorkers }: FleetSettings): number =>
  Math.min(maxAsleep, maxWorkers);
