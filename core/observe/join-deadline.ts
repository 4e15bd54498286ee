import { isLate, learnedDeadline } from '../learn/boot-curve.ts';
import type { CurveOf } from '../learn/joins.ts';
import type { WorkerRecord } from '../model/worker.ts';
import type { FleetSettings } from '../settings/fleet-settings.ts';
import type { Fleet } from './fleet.ts';

/** Returns how long a worker may take from its launch to the collector, seconds. */
export type JoinDeadlineOf = (worker: WorkerRecord) => number;

/**
 * Most of the workers launched lately that may be late while the learned deadline holds. If more are late, boots have
 * become slow: nothing has failed, and the deadline is the setting's again.
 */
const MOST_LATE_SHARE = 0.15;

/** Whether more booting workers are late than machines fail. Ages count up to the view, which is what shows a join. */
const areBootsSlow = (
  { members }: Fleet,
  { joinDeadlineSeconds }: FleetSettings,
  curveOf: CurveOf,
  viewedAt: number,
): boolean => {
  let launchedLately = 0;
  let late = 0;
  for (const { record, pool } of members) {
    const age = viewedAt - record.launchedAt;
    if (age > joinDeadlineSeconds) continue;
    launchedLately += 1;
    if (pool !== undefined || record.state.kind !== 'booting') continue;
    const curve = curveOf(record);
    if (curve !== undefined && isLate(curve, age)) late += 1;
  }
  return late > Math.max(1, Math.ceil(MOST_LATE_SHARE * launchedLately));
};

/** Returns the join deadline of each worker of a fleet: learned from its like, and never beyond the setting. */
export const joinDeadlines = (
  fleet: Fleet,
  settings: FleetSettings,
  curveOf: CurveOf,
  viewedAt: number,
): JoinDeadlineOf => {
  const { joinDeadlineSeconds } = settings;
  if (areBootsSlow(fleet, settings, curveOf, viewedAt)) return () => joinDeadlineSeconds;
  return (worker) => {
    const curve = curveOf(worker);
    return curve === undefined ? joinDeadlineSeconds : learnedDeadline(curve, joinDeadlineSeconds);
  };
};
