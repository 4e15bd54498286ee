import { isLate, learnedDeadline } from '../learn/boot-curve.ts';
import { type CurveOf, startOf } from '../learn/joins.ts';
import type { Start } from '../model/learned.ts';
import { comingSince, isComing, type WorkerRecord } from '../model/worker.ts';
import type { FleetSettings } from '../settings/fleet-settings.ts';
import type { Fleet } from './fleet.ts';

/** Returns how long a worker may take from its launch, or its wake, to the collector, seconds. */
export type JoinDeadlineOf = (worker: WorkerRecord) => number;

/**
 * Most of the workers started lately that may be late while the learned deadline holds. If more are late, starts have
 * become slow: nothing has failed, and the deadline is the setting's again.
 */
const MOST_LATE_SHARE = 0.15;

/** How many of the workers that boot, or wake, were started lately, and how many of those are late. */
interface Lately {
  started: number;
  late: number;
}

/** Counts late workers, those that wake apart. Ages count up to the view, which is what shows a join. */
const lately = (
  { members }: Fleet,
  { joinDeadlineSeconds }: FleetSettings,
  curveOf: CurveOf,
  viewedAt: number,
): Readonly<Record<Start, Lately>> => {
  const counts = { cold: { started: 0, late: 0 }, woken: { started: 0, late: 0 } };
  for (const { record, pool } of members) {
    const age = viewedAt - comingSince(record);
    if (age > joinDeadlineSeconds) continue;
    const of = counts[startOf(record)];
    of.started += 1;
    if (pool !== undefined || !isComing(record.state)) continue;
    const curve = curveOf(record);
    if (curve !== undefined && isLate(curve, age)) of.late += 1;
  }
  return counts;
};

/** Whether more of them are late than machines fail. */
const areSlow = ({ started, late }: Lately): boolean =>
  late > Math.max(1, Math.ceil(MOST_LATE_SHARE * started));

/** Returns the join deadline of each worker of a fleet: learned from its like, and never beyond the setting. */
export const joinDeadlines = (
  fleet: Fleet,
  settings: FleetSettings,
  curveOf: CurveOf,
  viewedAt: number,
): JoinDeadlineOf => {
  const { joinDeadlineSeconds } = settings;
  const counts = lately(fleet, settings, curveOf, viewedAt);
  const slow = { cold: areSlow(counts.cold), woken: areSlow(counts.woken) };
  return (worker) => {
    const curve = slow[startOf(worker)] ? undefined : curveOf(worker);
    return curve === undefined ? joinDeadlineSeconds : learnedDeadline(curve, joinDeadlineSeconds);
  };
};
