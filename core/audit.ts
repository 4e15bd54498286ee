import type { Discrepancy, DiscrepancyName } from './discrepancies.ts';
import { offered, parseFlavour } from './flavours.ts';
import type { Stage } from './launches.ts';
import { TAG } from './names.ts';
import { type PoolView, type PoolWorker, queueName } from './pool.ts';
import type { Instance } from './ports.ts';
import type { LedgerView, OpenLaunch, WorkerRecord } from './records.ts';
import type { Resources } from './resources.ts';
import type { ParsedSettings, QueueSettings } from './settings.ts';

/** EC2, ledger and pool, as they were at about the same moment. */
export interface AuditWorld {
  readonly now: number;
  readonly stage: Stage;
  readonly queues: readonly ParsedSettings[];
  /** Every instance with the stage's tag that EC2 shows, ended ones included. */
  readonly instances: readonly Instance[];
  readonly ledger: Pick<LedgerView, 'workers' | 'launches'>;
  readonly pool: PoolView;
}

/** What mends a discrepancy, once it has been seen twice. */
export type Remedy =
  | { readonly kind: 'adopt'; readonly worker: WorkerRecord }
  | { readonly kind: 'bury'; readonly worker: WorkerRecord }
  /** `worker`: its record, if it has one. `unseen`: it is looked for in the collector once more. */
  | {
      readonly kind: 'end';
      readonly instanceId: string;
      readonly worker: WorkerRecord | undefined;
      readonly cause: string;
      readonly unseen: boolean;
    }
  | { readonly kind: 'close'; readonly launch: OpenLaunch; readonly alive: readonly Instance[] }
  | { readonly kind: 'forget'; readonly instanceId: string }
  | { readonly kind: 'report' };

export interface Finding extends Discrepancy {
  readonly remedy: Remedy;
  /** A deadline of its own has passed: that was the first look. */
  readonly waited?: true;
}

/** How long EC2 may take over what it was asked: the same as the tick gives it before it asks again. */
const ENDING_SECONDS = 600;
/** A launch that the tick has not brought to its end by then is looked up by its tag. */
const OPEN_SECONDS = 900;
/** An ad without a word from its startd for three of its updates. */
const SILENT_SECONDS = 900;
/** The longest join deadline that a queue may have: for one whose settings cannot be read. */
const LONGEST_JOIN_SECONDS = 7_200;

const isAlive = ({ state }: Instance): boolean => state === 'pending' || state === 'running';
const hasEnded = ({ state }: Instance): boolean => state === 'shutting-down' || state === 'terminated';
const isStopped = ({ state }: Instance): boolean => state === 'stopping' || state === 'stopped';

/** An operator's mark on an instance: any value but these. */
const UNMARKED: readonly (string | undefined)[] = [undefined, '', 'no', 'false'];
const isProtected = ({ tags }: Instance): boolean => !UNMARKED.includes(tags[TAG.protected]);

interface Books {
  readonly world: AuditWorld;
  readonly records: ReadonlyMap<string, WorkerRecord>;
  readonly instances: ReadonlyMap<string, Instance>;
  readonly startds: ReadonlyMap<string, PoolWorker>;
  readonly settings: ReadonlyMap<string, QueueSettings>;
  /** Launches that are open, by id. */
  readonly open: ReadonlySet<string>;
}

const booksOf = (world: AuditWorld): Books => ({
  world,
  records: new Map(world.ledger.workers.map((worker) => [worker.instanceId, worker])),
  instances: new Map(world.instances.map((instance) => [instance.instanceId, instance])),
  startds: new Map(world.pool.workers.workers.map((worker) => [worker.instanceId, worker])),
  settings: new Map(
    world.queues.flatMap((queue) => (queue.ok ? [[queue.settings.name, queue.settings] as const] : [])),
  ),
  open: new Set(world.ledger.launches.map(({ request }) => request.launchId)),
});

const isOverdue = ({ world, settings }: Books, queue: string, launchedAt: number): boolean =>
  world.now - launchedAt > (settings.get(queue)?.joinDeadlineSeconds ?? LONGEST_JOIN_SECONDS);

const NOTHING: Resources = { cpus: 0, memoryMb: 0, diskMb: 0, gpus: 0 };

const offersOf = ({ settings, startds, world }: Books, queue: string, instance: Instance): Resources => {
  const inPool = startds.get(instance.instanceId);
  if (inPool !== undefined) return inPool.total;
  const name = instance.offer.flavour;
  const flavour = settings.get(queue)?.flavours.find((known) => known.name === name) ?? parseFlavour(name);
  return flavour === undefined ? NOTHING : offered(flavour, world.stage.workerDiskMb);
};

/** The record of an instance that has none, as far as EC2's tags and the pool tell it. */
const recordOf = (books: Books, queue: string, instance: Instance): WorkerRecord => {
  const { instanceId, launchedAt, offer, tags } = instance;
  const [id, version] = [tags['aws:ec2launchtemplate:id'], tags['aws:ec2launchtemplate:version']];
  const inPool = books.startds.get(instanceId);
  return {
    instanceId,
    queue,
    launchId: tags[TAG.launch] ?? 'unknown',
    offer,
    offers: offersOf(books, queue, instance),
    launchedAt,
    state: inPool === undefined ? { kind: 'booting' } : { kind: 'joined', joinedAt: inPool.joinedAt },
    ...(id === undefined || version === undefined ? {} : { template: { id, version } }),
    ...(isProtected(instance) ? { isProtected: true } : {}),
  };
};

/** An instance with our tag that the ledger does not know: adopted if it has joined or still may, ended if not. */
const unknownInstance = (books: Books, instance: Instance): Finding => {
  const { instanceId, launchedAt, tags } = instance;
  const inPool = books.startds.get(instanceId);
  const queue = inPool?.queue ?? tags[TAG.queue] ?? '';
  const mayServe = queueName.safeParse(queue).success;
  const keeps = inPool !== undefined || isProtected(instance) || !isOverdue(books, queue, launchedAt);
  const cause = 'the ledger did not know it, and it has not joined';
  const found = (remedy: Remedy): Finding => ({ name: 'unknown-instance', subject: instanceId, remedy });
  if (mayServe && keeps) return found({ kind: 'adopt', worker: recordOf(books, queue, instance) });
  if (isProtected(instance)) return found({ kind: 'report' });
  return found({ kind: 'end', instanceId, worker: undefined, cause, unseen: inPool === undefined });
};

const end = (name: DiscrepancyName, instance: Instance, books: Books, cause: string): Finding => ({
  name,
  subject: instance.instanceId,
  remedy: {
    kind: 'end',
    instanceId: instance.instanceId,
    worker: books.records.get(instance.instanceId),
    cause,
    unseen: !books.startds.has(instance.instanceId),
  },
});

/** What is wrong with one instance that EC2 shows. */
const ofInstance = (books: Books, instance: Instance): readonly Finding[] => {
  const { records, startds, world } = books;
  const record = records.get(instance.instanceId);
  if (isStopped(instance)) {
    return isProtected(instance) ? [] : [end('stopped-instance', instance, books, 'it was stopped')];
  }
  if (!isAlive(instance)) return [];
  if (record === undefined) {
    return books.open.has(instance.tags[TAG.launch] ?? '') ? [] : [unknownInstance(books, instance)];
  }
  if (isProtected(instance)) return [];
  const { state } = record;
  if (state.kind === 'booting' && !startds.has(instance.instanceId)) {
    return isOverdue(books, record.queue, record.launchedAt)
      ? [{ ...end('overdue-boot', instance, books, 'it did not join by its deadline'), waited: true }]
      : [];
  }
  const isEnding = state.kind === 'retiring' && state.pending !== true;
  if (isEnding && world.now - state.since > ENDING_SECONDS) {
    return [end('unended-worker', instance, books, state.cause)];
  }
  return [];
};

/** A worker of the ledger that EC2 does not show, or shows as ended, and of which the pool has not heard lately. */
const ofRecord = ({ instances, startds, world }: Books, worker: WorkerRecord): readonly Finding[] => {
  const instance = instances.get(worker.instanceId);
  if (worker.state.kind === 'failed' || (instance !== undefined && !hasEnded(instance))) return [];
  const startd = startds.get(worker.instanceId);
  const isHeard = startd !== undefined && world.pool.observedAt - startd.lastHeardAt <= SILENT_SECONDS;
  if (instance === undefined && isHeard) return [];
  return [{ name: 'lost-worker', subject: worker.instanceId, remedy: { kind: 'bury', worker } }];
};

/** An ad whose worker has ended, or of a worker that nobody knows. */
const ofStartd = ({ instances, records, world }: Books, startd: PoolWorker): readonly Finding[] => {
  const { instanceId } = startd;
  const instance = instances.get(instanceId);
  const isSilent = world.pool.observedAt - startd.lastHeardAt > SILENT_SECONDS;
  if (instance === undefined ? isSilent && !records.has(instanceId) : hasEnded(instance)) {
    return [{ name: 'dead-ad', subject: instanceId, remedy: { kind: 'forget', instanceId } }];
  }
  return instance === undefined && !records.has(instanceId)
    ? [{ name: 'stranger', subject: instanceId, remedy: { kind: 'report' } }]
    : [];
};

/** A launch that EC2 was asked for and whose outcome was never written down: its tag shows what came of it. */
const ofLaunch = ({ world }: Books, launch: OpenLaunch): readonly Finding[] => {
  const { request, createdAt, intendedBy } = launch;
  if (intendedBy !== undefined || world.now - createdAt <= OPEN_SECONDS) return [];
  const alive = world.instances.filter((of) => isAlive(of) && of.tags[TAG.launch] === request.launchId);
  return [{ name: 'unclosed-launch', subject: request.launchId, remedy: { kind: 'close', launch, alive } }];
};

/** Everything in which EC2, ledger and pool do not agree, looked for from each side. */
export const compare = (world: AuditWorld): readonly Finding[] => {
  const books = booksOf(world);
  return [
    ...world.instances.flatMap((instance) => ofInstance(books, instance)),
    ...world.ledger.workers.flatMap((worker) => ofRecord(books, worker)),
    ...world.pool.workers.workers.flatMap((startd) => ofStartd(books, startd)),
    ...world.ledger.launches.flatMap((launch) => ofLaunch(books, launch)),
  ];
};

/** Workers whose mark of protection is not what EC2's tag says: an operator's word counts at once. */
export const protections = (
  world: AuditWorld,
): readonly { readonly worker: WorkerRecord; readonly isProtected: boolean }[] => {
  const { records } = booksOf(world);
  return world.instances.flatMap((instance) => {
    const worker = records.get(instance.instanceId);
    const is = isProtected(instance);
    return worker === undefined || (worker.isProtected ?? false) === is ? [] : [{ worker, isProtected: is }];
  });
};
