import type { Retirement } from '../../../model/decision.ts';
import type { Reason } from '../../../model/reason.ts';
import { type Fleet, liveWorkers, type Member } from '../../../observe/fleet.ts';
import type { QueueSettings } from '../../../settings/queue-settings.ts';

/** Emptiest first; among equals the oldest. */
export const emptiestFirst = (a: Member, b: Member): number =>
  (a.pool?.busy ?? 0) - (b.pool?.busy ?? 0) || a.record.launchedAt - b.record.launchedAt;

/** Takes jobs, or will. */
export const inService = ({ record }: Member): boolean =>
  record.state.kind === 'booting' || record.state.kind === 'joined' || record.state.kind === 'missing';

/** Workers that may be chosen to leave: in the pool, because others cannot be drained, and nobody's to keep. */
export const mayLeave = (fleet: Fleet, leaving: ReadonlySet<string>): readonly Member[] =>
  fleet.members.filter(
    (member) =>
      inService(member) &&
      member.pool !== undefined &&
      member.record.isProtected !== true &&
      !leaving.has(member.record.instanceId),
  );

/** Workers above the cap, which has been lowered: the emptiest leave. */
export const aboveCap = (
  fleet: Fleet,
  settings: QueueSettings,
  leaving: ReadonlySet<string>,
): readonly Retirement[] => {
  const excess = liveWorkers(fleet) - settings.maxWorkers;
  if (excess <= 0) return [];
  const alreadyLeaving = fleet.members.filter(
    (member) => !inService(member) || leaving.has(member.record.instanceId),
  ).length;
  const cause: Reason = { kind: 'above-max-workers', maxWorkers: settings.maxWorkers };
  return [...mayLeave(fleet, leaving)]
    .sort(emptiestFirst)
    .slice(0, Math.max(0, excess - alreadyLeaving))
    .map(({ record }) => ({ instanceId: record.instanceId, step: 'drain', cause, surplus: true }));
};
