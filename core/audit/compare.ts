import type { Discrepancy, DiscrepancyName } from '../model/discrepancy.ts';
import { type Instance, isProtected } from '../model/instance.ts';
import type { OpenLaunch } from '../model/launch.ts';
import { belongingIn, TAG } from '../model/names.ts';
import { fleetName, type PoolWorker } from '../model/pool.ts';
import type { Reason } from '../model/reason.ts';
import { comingSince, isComing, type WorkerRecord } from '../model/worker.ts';
import { UNCLOSED_SECONDS } from '../write/open-launches.ts';
import { adopted } from './adopt.ts';
import { type AuditInput, isInCollector, isOverdue, type Sides, sidesOf, withoutUnread } from './sides.ts';

/** What mends a discrepancy, once it has been seen twice. */
export type Remedy =
  | { readonly kind: 'adopt'; readonly worker: WorkerRecord }
  | { readonly kind: 'bury'; readonly worker: WorkerRecord }
  /** `worker`: its record, if it has one. `unseen`: it is looked for in the collector once more. */
  | {
      readonly kind: 'end';
      readonly instanceId: string;
      readonly worker: WorkerRecord | undefined;
      readonly cause: Reason;
      readonly unseen: boolean;
    }
  | { readonly kind: 'close'; readonly launch: OpenLaunch; readonly alive: readonly Instance[] }
  | { readonly kind: 'forget'; readonly instanceId: string }
  | { readonly kind: 'report' };

export interface Finding extends Discrepancy {
  readonly remedy: Remedy;
  /** Nothing to look at again: a deadline of its own has passed, or EC2 says that the instance has ended, which is final. */
  readonly waited?: true;
}

/** How long EC2 may take over what it was asked: the same as the tick gives it before it asks again. */
const ENDING_SECONDS = 600;

/** An ad without a word from its startd for three of its updates. */
const SILENT_SECONDS = 900;

const isAlive = ({ state }: Instance): boolean => state === 'pending' || state === 'running';

const hasEnded = ({ state }: Instance): boolean => state === 'shutting-down' || state === 'terminated';

const isStopped = ({ state }: Instance): boolean => state === 'stopping' || state === 'stopped';

/** Whether a worker that is stopped is as it should be. */
const maySleep = (record: WorkerRecord | undefined): boolean =>
  record !== undefined && (record.mayStop === true || record.state.kind === 'asleep');

/** An instance with our tag that the ledger does not know: adopted if it has joined or still may, ended if not. */
const unknownInstance = (sides: Sides, instance: Instance): Finding => {
  const { instanceId, launchedAt, tags } = instance;
  const inPool = sides.startds.get(instanceId);
  // It serves the fleet that it was launched for, whatever its ad says.
  const of = belongingIn(tags) ?? { fleet: inPool?.fleet ?? '' };
  const mayServe = [of.fleet, of.onlyQueue ?? of.fleet].every((name) => fleetName.safeParse(name).success);
  const keeps = inPool !== undefined || isProtected(instance) || !isOverdue(sides, of.fleet, launchedAt);
  const cause: Reason = { kind: 'unknown-unjoined' };
  const found = (remedy: Remedy): Finding => ({ name: 'unknown-instance', subject: instanceId, remedy });
  // When it joined, and what it is, its ad does not say: it waits until that can be read.
  if (sides.unreadable.has(instanceId)) return found({ kind: 'report' });
  if (mayServe && keeps) return found({ kind: 'adopt', worker: adopted(sides, of, instance) });
  if (isProtected(instance)) return found({ kind: 'report' });
  return found({ kind: 'end', instanceId, worker: undefined, cause, unseen: inPool === undefined });
};

const end = (name: DiscrepancyName, instance: Instance, sides: Sides, cause: Reason): Finding => ({
  name,
  subject: instance.instanceId,
  remedy: {
    kind: 'end',
    instanceId: instance.instanceId,
    worker: sides.records.get(instance.instanceId),
    cause,
    unseen: !isInCollector(sides, instance.instanceId),
  },
});

/** What is wrong with one instance that EC2 shows. */
const ofInstance = (sides: Sides, instance: Instance): readonly Finding[] => {
  const { records, world } = sides;
  const record = records.get(instance.instanceId);
  if (isStopped(instance) && !maySleep(record)) {
    return isProtected(instance) ? [] : [end('stopped-instance', instance, sides, { kind: 'stopped' })];
  }
  if (hasEnded(instance)) return [];
  if (record === undefined) {
    return sides.open.has(instance.tags[TAG.launch] ?? '') ? [] : [unknownInstance(sides, instance)];
  }
  if (isProtected(instance)) return [];
  const { state } = record;
  const mayStillJoin =
    isAlive(instance) && (isComing(state) || (state.kind === 'draining' && state.unjoined === true));
  if (mayStillJoin && !isInCollector(sides, instance.instanceId)) {
    return isOverdue(sides, record.fleet, comingSince(record))
      ? [{ ...end('overdue-boot', instance, sides, { kind: 'join-overdue' }), waited: true }]
      : [];
  }
  // It has power, and nobody waits for it: whoever started it has not told.
  if (state.kind === 'asleep' && isAlive(instance) && !isInCollector(sides, instance.instanceId)) {
    return [end('overdue-boot', instance, sides, { kind: 'join-overdue' })];
  }
  const isEnding = state.kind === 'retiring' && state.pending !== true;
  if (isEnding && world.now - state.since > ENDING_SECONDS) {
    return [end('unended-worker', instance, sides, state.cause)];
  }
  return [];
};

/** A worker of the ledger that EC2 does not show, or shows as ended, and of which the pool has not heard lately. */
const ofRecord = (
  { instances, startds, unreadable, world }: Sides,
  worker: WorkerRecord,
): readonly Finding[] => {
  const instance = instances.get(worker.instanceId);
  if (worker.state.kind === 'failed' || (instance !== undefined && !hasEnded(instance))) return [];
  const startd = startds.get(worker.instanceId);
  const isHeard =
    unreadable.has(worker.instanceId) ||
    (startd !== undefined && world.pool.observedAt - startd.lastHeardAt <= SILENT_SECONDS);
  if (instance === undefined && isHeard) return [];
  const found: Finding = {
    name: 'lost-worker',
    subject: worker.instanceId,
    remedy: { kind: 'bury', worker },
  };
  return [instance === undefined ? found : { ...found, waited: true }];
};

/** An ad whose worker has ended, or of a worker that nobody knows. */
const ofStartd = ({ instances, records, world }: Sides, startd: PoolWorker): readonly Finding[] => {
  const { instanceId } = startd;
  const instance = instances.get(instanceId);
  const isSilent = world.pool.observedAt - startd.lastHeardAt > SILENT_SECONDS;
  if (instance === undefined ? isSilent && !records.has(instanceId) : hasEnded(instance)) {
    const found: Finding = { name: 'dead-ad', subject: instanceId, remedy: { kind: 'forget', instanceId } };
    return [instance === undefined ? found : { ...found, waited: true }];
  }
  return instance === undefined && !records.has(instanceId)
    ? [{ name: 'stranger', subject: instanceId, remedy: { kind: 'report' } }]
    : [];
};

/** A launch that EC2 was asked for and whose outcome was never written down: its tag shows what came of it. */
const ofLaunch = ({ world }: Sides, launch: OpenLaunch): readonly Finding[] => {
  const { request, createdAt, intendedBy } = launch;
  if (intendedBy !== undefined || world.now - createdAt <= UNCLOSED_SECONDS) return [];
  const alive = world.instances.filter((of) => isAlive(of) && of.tags[TAG.launch] === request.launchId);
  return [{ name: 'unclosed-launch', subject: request.launchId, remedy: { kind: 'close', launch, alive } }];
};

/** The fleet of a machine that would be ended or adopted. */
const fleetOf = ({ remedy }: Finding, { instances }: Sides): string | undefined => {
  if (remedy.kind === 'adopt') return remedy.worker.fleet;
  if (remedy.kind !== 'end') return undefined;
  return remedy.worker?.fleet ?? belongingIn(instances.get(remedy.instanceId)?.tags ?? {})?.fleet;
};

/**
 * Leaves the machines of a fleet in shadow alone: they are told of, and neither ended nor adopted. What is gone is crossed out all
 * the same: it does nothing to any machine.
 */
const unlessInShadow = (finding: Finding, sides: Sides): Finding => {
  const fleet = fleetOf(finding, sides);
  if (fleet === undefined || sides.settings.get(fleet)?.mode !== 'shadow') return finding;
  const { name, subject } = finding;
  return { name, subject, remedy: { kind: 'report' } };
};

/** Everything in which EC2, ledger and pool do not agree, looked for from each side. */
export const compare = (whole: AuditInput): readonly Finding[] => {
  const world = withoutUnread(whole);
  const sides = sidesOf(world);
  const found = [
    ...world.instances.flatMap((instance) => ofInstance(sides, instance)),
    ...world.ledger.workers.flatMap((worker) => ofRecord(sides, worker)),
    ...world.pool.workers.workers.flatMap((startd) => ofStartd(sides, startd)),
    ...world.ledger.launches.flatMap((launch) => ofLaunch(sides, launch)),
  ];
  return found.map((finding) => unlessInShadow(finding, sides));
};

/** Workers whose mark of protection is not what EC2's tag says: an operator's word counts at once. */
export const protections = (
  world: AuditInput,
): readonly { readonly worker: WorkerRecord; readonly isProtected: boolean }[] => {
  const { records } = sidesOf(world);
  return world.instances.flatMap((instance) => {
    const worker = records.get(instance.instanceId);
    const is = isProtected(instance);
    return worker === undefined || (worker.isProtected ?? false) === is ? [] : [{ worker, isProtected: is }];
  });
};
