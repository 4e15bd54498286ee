import { chanceIfLate, learnedDeadline } from '../learn/boot-curve.ts';
import type { CurveOf } from '../learn/joins.ts';
import type { WorkerRecord } from '../model/worker.ts';
import type { QueueSettings } from '../settings/queue-settings.ts';
import type { Fleet } from './fleet.ts';

/** How a queue's booting workers stand to what is known of their like. */
export interface Punctuality {
  /** Late workers, by instance, that are not counted on any more. */
  readonly written: ReadonlySet<string>;
  /** How long a worker may take from its launch to the collector, seconds. */
  readonly deadlineOf: (worker: WorkerRecord) => number;
}

/**
 * Most of the workers launched lately that may be written off: where more than these are late, it is not machines that
 * failed but boots that became slow, and whoever launched for all of them would launch twice.
 */
const MOST_LATE_SHARE = 0.15;

/** Nothing is known: every booting worker counts in full until the setting's deadline. */
export const unlearned = (settings: QueueSettings): Punctuality => ({
  written: new Set(),
  deadlineOf: () => settings.joinDeadlineSeconds,
});

const learned = (settings: QueueSettings, curveOf: CurveOf): Punctuality => ({
  written: new Set(),
  deadlineOf: (worker) => {
    const curve = curveOf(worker);
    return curve === undefined
      ? settings.joinDeadlineSeconds
      : learnedDeadline(curve, settings.joinDeadlineSeconds);
  },
});

/**
 * A booting worker that is late is supply with the probability that it still comes: of all late ones together, as many
 * are written off as are expected not to come, the least likely first. Ages count up to the pool's view, which is what
 * shows a join.
 */
export const punctuality = (
  fleet: Fleet,
  settings: QueueSettings,
  curveOf: CurveOf,
  viewedAt: number,
): Punctuality => {
  const late: { readonly instanceId: string; readonly chance: number }[] = [];
  let launchedLately = 0;
  for (const { record, pool } of fleet.members) {
    const age = viewedAt - record.launchedAt;
    if (age > settings.joinDeadlineSeconds) continue;
    launchedLately += 1;
    if (pool !== undefined || record.state.kind !== 'booting') continue;
    const curve = curveOf(record);
    const chance = curve === undefined ? 1 : chanceIfLate(curve, age);
    if (chance < 1) late.push({ instanceId: record.instanceId, chance });
  }
  if (late.length === 0) return learned(settings, curveOf);
  const most = Math.max(1, Math.ceil(MOST_LATE_SHARE * launchedLately));
  const expected = Math.round(late.reduce((sum, { chance }) => sum + 1 - chance, 0));
  const leastLikely = late.sort((a, b) => a.chance - b.chance).slice(0, Math.min(most, expected));
  const { deadlineOf } = late.length > most ? unlearned(settings) : learned(settings, curveOf);
  return { written: new Set(leastLikely.map(({ instanceId }) => instanceId)), deadlineOf };
};
