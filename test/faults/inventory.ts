import { orUnread } from '../../adapters/ledger-version.ts';
import { readWorker } from '../../adapters/ledger-worker-item.ts';
import { offered } from '../../core/model/flavours.ts';
import { type OpenLaunch, openLaunch } from '../../core/model/launch.ts';
import { howManyFit, type Resources, type Shape } from '../../core/model/resources.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import { shapeOf } from '../../core/settings/queue-settings.ts';
import { isLive, type TwinInstance } from '../../twin/aws/ec2/instance.ts';
import { WORKER_DISK_MB } from '../../twin/stage/world.ts';
import { QUEUE_NAMES, type QueueName, settingsOf } from './queues.ts';
import type { Table } from './table.ts';
import { launchOf, queueOf, type Truth } from './truth.ts';
import type { Witness } from './witness.ts';

/** Two steps of the audit, each at most this long after the other, and the tick that carries them out. */
const AUDITS_SECONDS = 25 * 60;
/** Law 6: so many ticks, of one a minute, after the last fault. */
const RECOVERED_MINUTES = 10;
/** A place in the cap that came free so lately could not be filled: the next tick has to come, and to have run. */
const TICK_AFTER_SECONDS = 90;
/** A queue is at its cap for the minute in which its last drained worker goes: one good look of three is enough. */
const LOOKS = 3;

const sortKey = (item: Readonly<Record<string, unknown>>): string => String(item.sk);

/** What the ledger holds, read behind the back of everything that reads it. */
const bookkeeping = (table: Table) => {
  const workers: WorkerRecord[] = [];
  const launches: OpenLaunch[] = [];
  for (const item of table.partition('live')) {
    if (sortKey(item).startsWith('worker#')) workers.push(orUnread(readWorker(item, sortKey(item)), item));
    if (sortKey(item).startsWith('launch#')) launches.push(openLaunch.parse(item));
  }
  return { workers, launches };
};

const isInPool = ({ pool }: Truth, { instanceId }: TwinInstance): boolean => pool.slots.has(instanceId);

/**
 * Law 4, in the calm after a storm: what is lost in it. `calmSince`: since when nothing goes wrong; each thing gets
 * until then, or until it began, and the time of two audits.
 */
const lost = (truth: Truth, table: Table, calmSince: number): readonly string[] => {
  const { clock, ec2, cut } = truth;
  const { workers, launches } = bookkeeping(table);
  const known = new Set(workers.map(({ instanceId }) => instanceId));
  const open = new Set(launches.map(({ request }) => request.launchId));
  const isOver = (since: number, seconds: number): boolean =>
    clock.now - Math.max(since, calmSince) > seconds;
  const found: string[] = [];
  for (const instance of ec2.live) {
    const { instanceId, launchedAt } = instance;
    const age = Math.round(clock.now - launchedAt);
    if (!known.has(instanceId) && !open.has(launchOf(instance)) && isOver(launchedAt, AUDITS_SECONDS)) {
      found.push(`${instanceId} has lived for ${age} s and is not in the ledger`);
    }
    const { joinDeadlineSeconds } = settingsOf(nameIn(instance));
    if (!isInPool(truth, instance) && isOver(launchedAt + joinDeadlineSeconds, AUDITS_SECONDS)) {
      found.push(`${instanceId} has lived for ${age} s and has not joined`);
    }
  }
  for (const { instanceId, state } of workers) {
    const ended = cut.get(instanceId)?.at;
    if (ended !== undefined && isOver(ended, AUDITS_SECONDS)) {
      found.push(
        `${instanceId} ended ${Math.round(clock.now - ended)} s ago and is ${state.kind} in the ledger`,
      );
    }
  }
  for (const { request, createdAt } of launches) {
    if (isOver(createdAt, AUDITS_SECONDS)) found.push(`launch ${request.launchId} has never been closed`);
  }
  return found;
};

const nameIn = (instance: TwinInstance): QueueName => {
  const name = QUEUE_NAMES.find((queue) => queue === queueOf(instance));
  if (name === undefined) throw new Error(`${instance.instanceId} is of no queue of ours`);
  return name;
};

/** What is free, or will be, on the workers that a queue has and that take pilots. */
const roomsOf = ({ ec2, pool, clock }: Truth, queue: QueueName): readonly Resources[] => {
  const { flavours, joinDeadlineSeconds, maxLifeSeconds, pilotWallSeconds } = settingsOf(queue);
  return [...ec2.live]
    .filter((instance) => queueOf(instance) === queue)
    .flatMap(({ instanceId, offer, launchedAt }) => {
      const slot = pool.slots.get(instanceId);
      if (slot !== undefined) {
        const isLeaving = slot.draining || clock.now - launchedAt > maxLifeSeconds - pilotWallSeconds;
        return isLeaving ? [] : [slot.free];
      }
      const flavour = flavours.find(({ name }) => name === offer.flavour);
      const isLate = clock.now - launchedAt > joinDeadlineSeconds;
      return flavour === undefined || isLate ? [] : [offered(flavour, WORKER_DISK_MB)];
    });
};

const waitingJobs = ({ panda, pool }: Truth, queue: QueueName): number => {
  const { activated, sent, starting, running } = panda.jobs.countsOf(queue);
  let pilots = 0;
  for (const { queue: of, life } of pool.pilots.values())
    if (of === queue && life.kind === 'running') pilots += 1;
  // A pilot that has just begun has not asked for its job yet.
  return Math.max(0, activated - Math.max(0, pilots - sent - starting - running));
};

/** The most that a cap leaves room for: one more worker of the smallest flavour would break it. */
const isFull = ({ ec2, cut, clock }: Truth, queue: QueueName): boolean => {
  const { maxWorkers, maxCores, flavours } = settingsOf(queue);
  const takesPlace = (instance: TwinInstance): boolean =>
    isLive(instance) ||
    clock.now - (cut.get(instance.instanceId)?.at ?? Number.NEGATIVE_INFINITY) < TICK_AFTER_SECONDS;
  const live = [...ec2.instances.values()].filter((of) => queueOf(of) === queue && takesPlace(of));
  const cores = live.reduce((n, { vcpus }) => n + vcpus, 0);
  return live.length >= maxWorkers || cores + Math.min(...flavours.map(({ cpus }) => cpus)) > maxCores;
};

/** A queue whose jobs wait. */
interface Unmet {
  readonly queue: QueueName;
  readonly what: string;
}

/** Law 6: the queues whose jobs wait although a worker for them could be launched. */
const unmet = (truth: Truth): readonly Unmet[] =>
  QUEUE_NAMES.flatMap((queue) => {
    const shape: Shape = shapeOf(settingsOf(queue));
    const jobs = waitingJobs(truth, queue);
    const pilots = truth.pool.idleOf(queue);
    const room = roomsOf(truth, queue).reduce((n, free) => n + howManyFit(shape, free), 0);
    if (jobs === 0 || isFull(truth, queue)) return [];
    if (pilots < jobs) return [{ queue, what: `${queue} has ${jobs} jobs and ${pilots} pilots waiting` }];
    return room < jobs ? [{ queue, what: `${queue} has ${jobs} jobs waiting and workers for ${room}` }] : [];
  });

/** Looks around once a minute, in the calm after the storm, for what laws 4 and 6 forbid. */
export const lookAround = (truth: Truth, table: Table, witness: Witness, calmSince: number) => {
  const looks: (readonly Unmet[])[] = [];
  return (): void => {
    const { now } = truth.clock;
    if (now < calmSince) return;
    for (const what of lost(truth, table, calmSince)) witness.broken(4, what);
    if (looks.length > RECOVERED_MINUTES) return;
    looks.push(unmet(truth));
    if (looks.length <= RECOVERED_MINUTES) return;
    const [first = [], ...others] = looks.slice(-LOOKS);
    const isStill = ({ queue }: Unmet) => others.every((look) => look.some((one) => one.queue === queue));
    for (const { what } of first.filter(isStill)) {
      witness.broken(6, `${RECOVERED_MINUTES} ticks after the faults ${what}`);
    }
  };
};
