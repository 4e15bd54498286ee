import type { Retirement } from '../../../model/decision.ts';
import type { PoolWorker } from '../../../model/pool.ts';
import type { Reason } from '../../../model/reason.ts';
import { comingSince } from '../../../model/worker.ts';
import type { Member } from '../../../observe/fleet.ts';
import type { Situation } from '../../../observe/situation.ts';
import { type Rule, withSteps } from './rule.ts';
import { unlessRefused } from './unended.ts';

/**
 * An idle worker powers itself off when its linger is over; it knows best whether it is claimed. One that is still
 * there this much later has lost that ability and is drained from here.
 */
const OVERSTAY_SECONDS = 300;

const idleFor = (pool: PoolWorker | undefined, now: number): number =>
  pool === undefined || pool.idleSince === null ? 0 : now - pool.idleSince;

const drain = (member: Member, cause: Reason): Retirement => ({
  instanceId: member.record.instanceId,
  step: 'drain',
  cause,
});

/** Who was not in the view is looked for once more, right before the end. */
const terminate = (member: Member, cause: Reason): Retirement => ({
  instanceId: member.record.instanceId,
  step: 'terminate',
  cause,
  ...(member.pool === undefined ? { unseen: true } : {}),
});

/**
 * A schedd gives a job up that it has not heard of for its lease (JobLeaseDuration, 2400 s) and starts it anew. A worker
 * that is out of the collector for longer, while every running job is accounted for elsewhere, runs nothing.
 */
const LOST_SECONDS = 3_600;

const lostAfter = ({ settings, hiddenJobs }: Situation): number =>
  hiddenJobs === 0 ? Math.min(LOST_SECONDS, settings.drainDeadlineSeconds) : settings.drainDeadlineSeconds;

/** Why a worker in service should leave it, if it should. */
const drainOf = (member: Member, situation: Situation): Retirement | undefined => {
  const { settings, agesAt: now, blackHoles, pilots, shortestWallSeconds } = situation;
  const { record, pool } = member;
  const age = now - record.launchedAt;
  if (settings.state === 'drain') return { ...drain(member, { kind: 'fleet-drained' }), surplus: true };
  if (pool?.ended !== undefined && blackHoles.has(record.instanceId)) {
    const { shortSeconds } = pilots.ended;
    const { short, count: ended } = pool.ended;
    return drain(member, { kind: 'black-hole', short, ended, shortSeconds });
  }
  if (age > settings.maxLifeSeconds - shortestWallSeconds) {
    return drain(member, { kind: 'too-old', maxLifeSeconds: settings.maxLifeSeconds });
  }
  if (record.kept !== true && idleFor(pool, now) > settings.lingerSeconds + OVERSTAY_SECONDS) {
    return drain(member, { kind: 'idle-beyond-linger', lingerSeconds: settings.lingerSeconds });
  }
  return undefined;
};

/** How long a drain that was taken back may still be seen, and is taken back once more; after that it is somebody else's. */
const UNDRAINED_SECONDS = 300;

const undrainAgain = ({ record, pool }: Member, undrainedAt: number | undefined, now: number) =>
  pool?.draining === true && undrainedAt !== undefined && now - undrainedAt <= UNDRAINED_SECONDS
    ? ({ instanceId: record.instanceId, step: 'undrain', cause: { kind: 'still-drains' } } as const)
    : undefined;

/**
 * A draining worker ends when it is empty, and with its jobs only past its deadline. A view from before its drain says
 * neither that it is empty nor that it takes jobs: an earlier drain of it may have been taken back since. One that took
 * jobs all the while has given them no time to end, so its deadline runs from the drain that is ordered again; a worker
 * that no drain reaches ends itself at its maximum life (worker/files/boot.py).
 */
const finishDrain = (member: Member, since: number, situation: Situation): Retirement | undefined => {
  const { settings, agesAt: now } = situation;
  const isSince = situation.facts.viewedAt >= since;
  if (isSince && member.pool?.busy === 0 && member.pool.draining) {
    return { ...terminate(member, { kind: 'drained' }), empty: true };
  }
  if (now - since > settings.drainDeadlineSeconds) {
    const cause: Reason = { kind: 'drain-overdue', limitSeconds: settings.drainDeadlineSeconds };
    return { instanceId: member.record.instanceId, step: 'terminate', cause };
  }
  if (member.pool === undefined && now - since > lostAfter(situation)) {
    return terminate(member, { kind: 'drained-unseen' });
  }
  // Its deadline stays: whoever lies about its drain gains no time by that.
  if (isSince && member.isDrainAssumed === true) return drain(member, { kind: 'drain-not-taken' });
  return isSince && member.pool !== undefined && !member.pool.draining
    ? { ...drain(member, { kind: 'drain-not-taken' }), again: true }
    : undefined;
};

/**
 * A worker that is not there in time. A deadline that was learned counts up to the view, as what it was learned from
 * does; the setting's ends it in any case.
 */
const unjoined = (
  member: Member,
  { settings, facts, agesAt: now, joinDeadlineOf, collectorIsYoung }: Situation,
): Retirement | undefined => {
  if (collectorIsYoung) return undefined;
  const { record } = member;
  const isLate = (limitSeconds: number) => terminate(member, { kind: 'never-joined', limitSeconds });
  const learned = joinDeadlineOf(record);
  const since = comingSince(record);
  if (facts.viewedAt - since > learned) return isLate(learned);
  return now - since > settings.joinDeadlineSeconds ? isLate(settings.joinDeadlineSeconds) : undefined;
};

const stepOf = (member: Member, situation: Situation): Retirement | undefined => {
  const { record } = member;
  const now = situation.agesAt;
  if (record.isProtected === true) return undefined;
  switch (record.state.kind) {
    case 'booting':
    case 'waking':
      return member.pool === undefined ? unjoined(member, situation) : drainOf(member, situation);
    case 'joined':
      return drainOf(member, situation) ?? undrainAgain(member, record.state.undrainedAt, now);
    case 'missing':
      if (member.pool !== undefined) return drainOf(member, situation);
      // It may be running jobs that we cannot see: then it is given the time that a drain would give it.
      return now - record.state.since > lostAfter(situation)
        ? terminate(member, { kind: 'out-of-collector', limitSeconds: lostAfter(situation) })
        : undefined;
    case 'draining':
      if (record.state.unjoined === true && member.pool === undefined) {
        return unjoined(member, situation);
      }
      return finishDrain(member, record.state.since, situation);
    case 'retiring':
      return record.state.pending === true ? finishDrain(member, record.state.since, situation) : undefined;
    case 'failed':
    case 'asleep':
      return undefined;
    default:
      return record.state satisfies never;
  }
};

/**
 * Takes every worker's next step out of service, if it is due. A busy one is never ended before its drain deadline, and a
 * protected one is left alone.
 */
export const leave: Rule = (situation, proposal) =>
  withSteps(
    proposal,
    proposal.fleet.members.flatMap((member) =>
      unlessRefused(stepOf(member, situation), member.record, situation.agesAt),
    ),
  );
