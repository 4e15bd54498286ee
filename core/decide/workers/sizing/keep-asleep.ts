import { meanSeconds } from '../../../learn/boot-curve.ts';
import type { CurveOf, Like } from '../../../learn/joins.ts';
import type { WorkerRecord } from '../../../model/worker.ts';
import { listedPerHour } from '../../../observe/money/listed-rate.ts';
import type { FleetSettings } from '../../../settings/fleet-settings.ts';
import { dollarsPerHour } from '../../../settings/prices.ts';

/**
 * How many times over a sleeper's disk may cost what its wake saves. With once, whatever comes, sleep costs at most twice
 * what knowing the future would have: the ski-rental rule. Most are woken long before, so a few times cost little more.
 */
export const KEPT_TIMES = 3;

/** A worker, or one that may be launched: what it is, and what it offers. */
export type Sleeper = Like & Pick<WorkerRecord, 'offers'>;

/**
 * Returns how long a worker is kept asleep, seconds: until its disk has cost so many times what its cores cost while a cold
 * boot takes longer than a wake. Undefined: nothing says what it costs, so nothing says that sleep is worth its disk.
 */
export const keepSeconds = (
  sleeper: Sleeper,
  settings: FleetSettings,
  curveOf: CurveOf,
  times: number = KEPT_TIMES,
): number | undefined => {
  const { offer, offers } = sleeper;
  const awake =
    dollarsPerHour({ ...offer, cpus: offers.cpus }, settings) ??
    listedPerHour(settings, offer.flavour, offers.cpus);
  if (awake === undefined) return undefined;
  const saved =
    meanSeconds(curveOf(sleeper, 'cold'), 'cold') - meanSeconds(curveOf(sleeper, 'woken'), 'woken');
  return saved <= 0 ? 0 : (times * saved * awake) / settings.diskDollarsPerHour;
};

/** Returns how many workers of a fleet may be asleep: more than it may have awake nobody could wake. */
export const mostAsleep = ({ maxAsleep, maxWorkers }: FleetSettings): number =>
  Math.min(maxAsleep, maxWorkers);
