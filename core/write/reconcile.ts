import { isOfEc2 } from '../model/clouds.ts';
import type { Instance } from '../model/instance.ts';
import type { PoolView } from '../model/pool.ts';
import { afterChange, type BootOutcome, type Change, isComing, type WorkerRecord } from '../model/worker.ts';
import { type Member, sideBySide } from '../observe/fleet.ts';
import { next, type WorkerEvent } from './life.ts';

const change = (worker: WorkerRecord, event: WorkerEvent): readonly Change[] => {
  const to = next(worker.state, event);
  return to === worker.state ? [] : [{ worker, to }];
};

/** What a view that has, or has not, this worker in it means to it. */
const sighting = (
  { record: { state }, pool: inPool, unreadable }: Member,
  viewedAt: number,
  now: number,
): WorkerEvent | undefined => {
  if (state.kind === 'draining' && state.undated === true) return { kind: 'dated', at: now };
  // It is there, and when it came cannot be read: it stays what it was.
  if (unreadable !== undefined) return undefined;
  return inPool === undefined
    ? { kind: 'unseen', at: viewedAt }
    : { kind: 'seen', at: viewedAt, joinedAt: inPool.joinedAt };
};

/** What the pool's view says about each worker's state: joined, or no longer there. A drain without a date gets one. */
export const reconcilePool = (
  workers: readonly WorkerRecord[],
  view: PoolView,
  now: number = view.observedAt,
  members: readonly Member[] = sideBySide(workers, view).members,
): readonly Change[] => {
  const changes: Change[] = [];
  for (const member of members) {
    const { record, pool } = member;
    // Nearly all are joined and seen: they need no event to stay so.
    if (record.state.kind === 'joined' && pool !== undefined) continue;
    const event = sighting(member, view.observedAt, now);
    const to = event === undefined ? record.state : next(record.state, event);
    if (to !== record.state) changes.push({ worker: record, to });
  }
  return changes;
};

/** The boots that changes have brought to a good end. */
export const joinedOf = (changes: readonly Change[]): readonly BootOutcome[] =>
  changes.flatMap(({ worker, to }) =>
    isComing(worker.state) && to !== 'gone' && to.kind === 'joined'
      ? [{ worker, joined: true, joinedAt: to.joinedAt }]
      : [],
  );

/** How long after its launch EC2 may not know an instance yet, and after that it has ended. */
const VISIBLE_AFTER_SECONDS = 600;

/** How long after aerie asked for its end a worker's end should have been reported. */
const ENDED_AFTER_SECONDS = 300;

/** Most workers have joined by then; of one that has not, EC2 is asked whether it still lives. */
const SLOW_BOOT_SECONDS = 420;

/**
 * A machine that EC2 was asked to start shows power within seconds of that, and a tick that begins late may ask as late as its
 * function may run. One that shows none by then was not heard, or has lost its power again. A proxy before Nova may hold a
 * request for minutes and deliver it then; EC2 answers for each that it has taken.
 */
const STARTED_AFTER_SECONDS = { ec2: 180, other: 300 } as const;

/** A machine stops within a minute or so, and an event says when it has; if none came by then, EC2 is asked. */
const STOPPED_AFTER_SECONDS = 90;

/** Workers whose end may have gone unnoticed (events are best effort): EC2 has to be asked about them. */
export const doubtful = (
  workers: readonly WorkerRecord[],
  view: PoolView,
  now: number,
  members: readonly Member[] = sideBySide(workers, view).members,
): readonly string[] =>
  members
    .filter(({ record: { instanceId, state, launchedAt }, pool }) => {
      switch (state.kind) {
        case 'asleep':
          return state.stopping === true && now - state.since > STOPPED_AFTER_SECONDS;
        case 'waking':
          return (
            now - state.since > STARTED_AFTER_SECONDS[isOfEc2(instanceId) ? 'ec2' : 'other'] &&
            pool === undefined
          );
        case 'booting':
          return now - launchedAt > SLOW_BOOT_SECONDS && pool === undefined;
        case 'joined':
          return false;
        case 'missing':
        case 'draining':
          return pool === undefined;
        case 'retiring':
          return now - state.since > ENDED_AFTER_SECONDS;
        case 'failed':
          return false;
        default:
          return state satisfies never;
      }
    })
    .map(({ record }) => record.instanceId);

const hasEnded = (instance: Instance | undefined, worker: WorkerRecord, now: number): boolean =>
  instance === undefined
    ? now - worker.launchedAt > VISIBLE_AFTER_SECONDS
    : instance.state === 'terminated' || instance.state === 'shutting-down';

/** What EC2's answer about one worker means to it. */
const endedOr = (instance: Instance | undefined, worker: WorkerRecord, now: number): WorkerEvent => {
  if (hasEnded(instance, worker, now)) return { kind: 'gone', at: now };
  const { state } = worker;
  switch (instance?.state) {
    case 'stopping':
    case 'stopped':
      // Asked to start, and without power a while after: that was refused, or never heard.
      if (state.kind === 'waking') return { kind: 'unwoken', at: now, failed: true };
      return { kind: instance.state, at: now };
    case 'pending':
    case 'running':
      return state.kind === 'asleep' ? { kind: 'started', at: now } : { kind: 'untaken', at: now };
    default:
      return { kind: 'untaken', at: now };
  }
};

/** What EC2, asked about exactly these workers, says of them: they have ended, or still run long after it took their end. */
export const reconcileCloud = (
  workers: readonly WorkerRecord[],
  asked: readonly string[],
  answered: readonly Instance[],
  now: number,
): readonly Change[] => {
  const byId = new Map(answered.map((instance) => [instance.instanceId, instance]));
  const ids = new Set(asked);
  return workers
    .filter((worker) => ids.has(worker.instanceId))
    .flatMap((worker) => change(worker, endedOr(byId.get(worker.instanceId), worker, now)));
};

/** The workers as they are after the changes. */
export const applied = (
  workers: readonly WorkerRecord[],
  changes: readonly Change[],
): readonly WorkerRecord[] => {
  if (changes.length === 0) return workers;
  const byId = new Map(changes.map((of) => [of.worker.instanceId, of]));
  const after: WorkerRecord[] = [];
  for (const worker of workers) {
    const changed = byId.get(worker.instanceId);
    if (changed === undefined) after.push(worker);
    else if (changed.to !== 'gone') after.push(afterChange(worker, changed.to, changed.as));
  }
  return after;
};
