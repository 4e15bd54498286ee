import type { Retirement } from '../../../model/decision.ts';
import { type Fleet, liveWorkers, type Member } from '../../../observe/fleet.ts';
import type { QueueSettings } from '../../../settings/queue-settings.ts';
import { inService } from './surplus.ts';

/** Drains looked at in one tick for one queue; there are rarely more than a few. */
const MOST_TRIED = 20;

/** A draining worker whose drain nothing asks for any more, with room in the cap to keep it. */
const recallable = (fleet: Fleet, settings: QueueSettings, now: number): readonly Member[] => {
  const drained = fleet.members.filter(
    ({ record, pool }) =>
      record.state.kind === 'draining' &&
      record.state.surplus === true &&
      record.isProtected !== true &&
      pool !== undefined &&
      now - record.launchedAt <= settings.maxLifeSeconds - settings.pilotWallSeconds &&
      now - record.state.since <= settings.drainDeadlineSeconds,
  );
  if (drained.length === 0) return [];
  const serving = liveWorkers(fleet) - fleet.members.filter((member) => !inService(member)).length;
  const allowed = Math.max(0, settings.maxWorkers - serving);
  return drained.slice(0, Math.min(allowed, MOST_TRIED));
};

/** The fleet as it is once a member's drain has been taken back. */
const withMember = (fleet: Fleet, { record, pool }: Member): Fleet => ({
  ...fleet,
  members: fleet.members.map((member) =>
    member.record.instanceId === record.instanceId && pool !== undefined
      ? {
          record: { ...record, state: { kind: 'joined', joinedAt: pool.joinedAt } },
          pool: { ...pool, draining: false },
        }
      : member,
  ),
});

/**
 * Drains that are taken back because demand has come again: each of these workers takes pilots that would otherwise
 * need a launch. `unplaced` says how many pilots find no room in a fleet.
 */
export const recall = (
  fleet: Fleet,
  settings: QueueSettings,
  now: number,
  unplaced: (fleet: Fleet) => number,
): { readonly fleet: Fleet; readonly recalled: readonly Retirement[] } => {
  if (settings.state !== 'active') return { fleet, recalled: [] };
  const recalled: Retirement[] = [];
  let after = fleet;
  let left: number | undefined;
  for (const member of recallable(fleet, settings, now)) {
    left ??= unplaced(after);
    if (left === 0) break;
    const tried = withMember(after, member);
    const then = unplaced(tried);
    if (then >= left) continue;
    [after, left] = [tried, then];
    const { instanceId } = member.record;
    recalled.push({ instanceId, step: 'undrain', cause: { kind: 'needed-again' } });
  }
  return { fleet: after, recalled };
};
