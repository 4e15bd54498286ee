import type { Retirement } from './decisions.ts';
import { type Fleet, liveWorkers, type Member } from './fleet.ts';
import type { PoolWorker } from './pool.ts';
import type { QueueSettings } from './settings.ts';

/**
 * An idle worker powers itself off when its linger is over; it knows best whether it is claimed. One that is still
 * there this much later has lost that ability and is drained from here.
 */
const OVERSTAY_SECONDS = 300;

/** Steps taken for one queue in one tick; what is left over comes next. */
const MOST_PER_TICK = 200;

const idleFor = (pool: PoolWorker | undefined, now: number): number =>
  pool === undefined || pool.idleSince === null ? 0 : now - pool.idleSince;

const drain = (member: Member, cause: string): Retirement => ({
  instanceId: member.record.instanceId,
  step: 'drain',
  cause,
});

const terminate = (member: Member, cause: string): Retirement => ({
  instanceId: member.record.instanceId,
  step: 'terminate',
  cause,
});

/** Why a worker in service should leave it, if it should. */
const leave = (member: Member, settings: QueueSettings, now: number): Retirement | undefined => {
  const { record, pool } = member;
  const age = now - record.launchedAt;
  if (settings.state === 'drain') return drain(member, 'the queue is drained');
  if (age > settings.maxLifeSeconds - settings.pilotWallSeconds) {
    return drain(member, `too old: a pilot could outlast its ${settings.maxLifeSeconds} s`);
  }
  if (pool?.busy === 0 && idleFor(pool, now) > settings.lingerSeconds + OVERSTAY_SECONDS) {
    return drain(member, `idle for longer than its ${settings.lingerSeconds} s of linger, and still there`);
  }
  return undefined;
};

/** A draining worker ends when it is empty, and with its jobs only past its deadline. */
const finishDrain = (
  member: Member,
  since: number,
  settings: QueueSettings,
  now: number,
): Retirement | undefined => {
  if (member.pool?.busy === 0 && member.pool.draining) return terminate(member, 'drained');
  if (now - since > settings.drainDeadlineSeconds) {
    return terminate(member, `still not empty ${settings.drainDeadlineSeconds} s after its drain began`);
  }
  return member.pool !== undefined && !member.pool.draining
    ? drain(member, 'its drain did not take hold')
    : undefined;
};

const retireOne = (member: Member, settings: QueueSettings, now: number): Retirement | undefined => {
  const { record } = member;
  switch (record.state.kind) {
    case 'booting':
      if (member.pool !== undefined) return leave(member, settings, now);
      return now - record.launchedAt > settings.joinDeadlineSeconds
        ? terminate(member, `not joined ${settings.joinDeadlineSeconds} s after its launch`)
        : undefined;
    case 'joined':
      return leave(member, settings, now);
    case 'missing':
      if (member.pool !== undefined) return leave(member, settings, now);
      // It may be running jobs that we cannot see: it is given the time that a drain would give it.
      return now - record.state.since > settings.drainDeadlineSeconds
        ? terminate(member, `out of the collector for ${settings.drainDeadlineSeconds} s`)
        : undefined;
    case 'draining':
      return finishDrain(member, record.state.since, settings, now);
    case 'retiring':
      return undefined;
    default:
      return record.state satisfies never;
  }
};

/** Emptiest first; among equals the oldest. */
const emptiestFirst = (a: Member, b: Member): number =>
  (a.pool?.busy ?? 0) - (b.pool?.busy ?? 0) || a.record.launchedAt - b.record.launchedAt;

const inService = ({ record }: Member): boolean =>
  record.state.kind === 'booting' || record.state.kind === 'joined' || record.state.kind === 'missing';

/** Workers above the cap, which has been lowered: the emptiest leave. One that is not in the pool cannot be drained yet. */
const aboveCap = (fleet: Fleet, settings: QueueSettings, leaving: ReadonlySet<string>): Retirement[] => {
  const excess = liveWorkers(fleet) - settings.maxWorkers;
  if (excess <= 0) return [];
  const alreadyLeaving = fleet.members.filter(
    (member) => !inService(member) || leaving.has(member.record.instanceId),
  ).length;
  const cause = `above max-workers ${settings.maxWorkers}`;
  return fleet.members
    .filter(({ record, pool }) => pool !== undefined && !leaving.has(record.instanceId))
    .filter(inService)
    .sort(emptiestFirst)
    .slice(0, Math.max(0, excess - alreadyLeaving))
    .map((member) => drain(member, cause));
};

/** Which workers of a queue take their next step out of service, and why. A busy one is never ended before its drain deadline. */
export const planRetirements = (
  fleet: Fleet,
  settings: QueueSettings,
  now: number,
): readonly Retirement[] => {
  const own = fleet.members
    .map((member) => retireOne(member, settings, now))
    .filter((retirement) => retirement !== undefined);
  const leaving = new Set(own.map(({ instanceId }) => instanceId));
  return [...own, ...aboveCap(fleet, settings, leaving)].slice(0, MOST_PER_TICK);
};
