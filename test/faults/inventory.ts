import { LIVE, workerKey } from '../../adapters/ledger/items.ts';
import { orUnread } from '../../adapters/ledger/version.ts';
import { readWorker } from '../../adapters/ledger/worker-item.ts';
import { bootCurves } from '../../core/learn/joins.ts';
import { offered } from '../../core/model/flavours.ts';
import { type OpenLaunch, openLaunch } from '../../core/model/launch.ts';
import { type Joins, joins } from '../../core/model/learned.ts';
import { fits, minus, type Resources, type Shape } from '../../core/model/resources.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import { endAtOnce } from '../../core/observe/empty-handed.ts';
import { shapeOf } from '../../core/settings/queue-settings.ts';
import { isLive, startedAt, type TwinInstance } from '../../twin/aws/ec2/instance.ts';
import { isAlive } from '../../twin/pool/model.ts';
import { viewer } from '../../twin/pool/view.ts';
import { WORKER_DISK_MB } from '../../twin/scenario/place.ts';
import { asleepWatch, termsIn } from './asleep.ts';
import { siteWatch } from './on-site.ts';
import {
  FLEET_NAMES,
  type FleetName,
  fleetOfQueue,
  fleetSettingsOf,
  QUEUE_NAMES,
  type QueueName,
  queuesOn,
  settingsOf,
} from './queues.ts';
import type { Table } from './table.ts';
import { fleetOf, launchOf, onlyQueueOf, type Truth } from './truth.ts';
import type { Witness } from './witness.ts';

/** Two steps of the audit, each at most this long after the other, and the tick that carries them out. */
const AUDITS_SECONDS = 25 * 60;
/** Law 6: so many ticks, of one a minute, after the last fault. */
const RECOVERED_MINUTES = 10;
/**
 * While all pilots of a queue have ended at once lately, one at a time is tried, and the next only when it is known what
 * became of that one: so much longer, because its machine may never join.
 */
const TRIED_MINUTES = 15;
/** A place in the cap that came free so lately could not be filled: the next tick has to come, and to have run. */
const TICK_AFTER_SECONDS = 90;
/** A fleet is at its cap for the minute in which its last drained worker goes: one good look of three is enough. */
const LOOKS = 3;

/** How the ledger has a worker, read behind the back of everything that reads it. */
export const recordIn = (table: Table, instanceId: string): WorkerRecord | undefined => {
  const sk = workerKey(instanceId);
  const item = table.get(LIVE, sk);
  return item === undefined || item.endedAt !== undefined ? undefined : orUnread(readWorker(item, sk), item);
};

const sortKey = (item: Readonly<Record<string, unknown>>): string => String(item.sk);

/** What all of the ledger holds. */
const bookkeeping = (table: Table) => {
  const workers: WorkerRecord[] = [];
  const launches: OpenLaunch[] = [];
  const known: Joins[] = [];
  for (const item of table.partition('live')) {
    if (sortKey(item).startsWith('worker#')) workers.push(orUnread(readWorker(item, sortKey(item)), item));
    if (sortKey(item).startsWith('launch#')) launches.push(openLaunch.parse(item));
    if (sortKey(item).startsWith('joins#')) known.push(joins.parse(item));
  }
  return { workers, launches, curveOf: bootCurves(known, []) };
};

const isInPool = ({ pool }: Truth, { instanceId }: TwinInstance): boolean => {
  const slot = pool.slots.get(instanceId);
  return slot !== undefined && isAlive(slot);
};

/**
 * Law 4, in the calm after a storm: what is lost in it. `calmSince`: since when nothing goes wrong; each thing gets
 * until then, or until it began, and the time of two audits.
 */
const lost = (
  truth: Truth,
  table: Table,
  calmSince: number,
  wrongAsleep: ReturnType<typeof asleepWatch>,
): readonly string[] => {
  const { clock, machines } = truth;
  const { workers, launches, curveOf } = bookkeeping(table);
  const known = new Map(workers.map((worker) => [worker.instanceId, worker]));
  const open = new Set(launches.map(({ request }) => request.launchId));
  const isOver = (since: number, seconds: number): boolean =>
    clock.now - Math.max(since, calmSince) > seconds;
  const found: string[] = [];
  for (const instance of [...machines.live(), ...machines.sleeping()]) {
    const fleet = nameIn(instance);
    const sides = { instance, record: known.get(instance.instanceId), fleet, curveOf };
    for (const { since, what } of wrongAsleep({ ...sides, terms: termsIn(workers, fleet) }, clock.now))
      if (isOver(since, AUDITS_SECONDS)) found.push(what);
  }
  for (const instance of machines.live()) {
    const { instanceId, launchedAt } = instance;
    const age = Math.round(clock.now - launchedAt);
    if (!known.has(instanceId) && !open.has(launchOf(instance)) && isOver(launchedAt, AUDITS_SECONDS)) {
      found.push(`${instanceId} has lived for ${age} s and is not in the ledger`);
    }
    const { joinDeadlineSeconds } = fleetSettingsOf(nameIn(instance));
    if (!isInPool(truth, instance) && isOver(startedAt(instance) + joinDeadlineSeconds, AUDITS_SECONDS)) {
      found.push(`${instanceId} has lived for ${age} s and has not joined`);
    }
  }
  for (const { instanceId, state } of workers) {
    const { life } = machines.of(instanceId) ?? {};
    const ended = life !== undefined && 'endedAt' in life ? life.endedAt : undefined;
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

const nameIn = (instance: TwinInstance): FleetName => {
  const name = FLEET_NAMES.find((fleet) => fleet === fleetOf(instance));
  if (name === undefined) throw new Error(`${instance.instanceId} is of no fleet of ours`);
  return name;
};

/** What is free, or will be, on a worker that takes pilots: of which queue alone, if that is said. */
interface Room {
  free: Resources;
  readonly onlyQueue: string | undefined;
}

const roomsOf = ({ machines, pool, clock }: Truth, fleet: FleetName): readonly Room[] => {
  const { flavours, joinDeadlineSeconds, maxLifeSeconds } = fleetSettingsOf(fleet);
  const walls = queuesOn(fleet).map((queue) => settingsOf(queue).pilotWallSeconds);
  return machines
    .live()
    .filter((instance) => fleetOf(instance) === fleet)
    .flatMap((instance): readonly Room[] => {
      const { instanceId, offer, launchedAt } = instance;
      const onlyQueue = onlyQueueOf(instance);
      const slot = pool.slots.get(instanceId);
      if (slot !== undefined && isAlive(slot)) {
        const isLeaving = slot.draining || clock.now - launchedAt > maxLifeSeconds - Math.max(...walls);
        return isLeaving ? [] : [{ free: slot.free, onlyQueue }];
      }
      const flavour = flavours.find(({ name }) => name === offer.flavour);
      const isLate = clock.now - startedAt(instance) > joinDeadlineSeconds;
      return flavour === undefined || isLate ? [] : [{ free: offered(flavour, WORKER_DISK_MB), onlyQueue }];
    });
};

/** Puts jobs one by one into the first room that takes them; answers how many found one. */
const placed = (count: number, queue: QueueName, rooms: readonly Room[]): number => {
  const shape: Shape = shapeOf(settingsOf(queue));
  for (let n = 0; n < count; n += 1) {
    const room = rooms.find(
      ({ free, onlyQueue }) => fits(shape, free) && (onlyQueue === undefined || onlyQueue === queue),
    );
    if (room === undefined) return n;
    room.free = minus(room.free, shape);
  }
  return count;
};

const waitingJobs = ({ panda, pool }: Truth, queue: QueueName): number => {
  const { activated, sent, starting, running } = panda.jobs.countsOf(queue);
  let pilots = 0;
  for (const { queue: of, life } of pool.pilots.values())
    if (of === queue && life.kind === 'running') pilots += 1;
  // A pilot that has just begun has not asked for its job yet.
  return Math.max(0, activated - Math.max(0, pilots - sent - starting - running));
};

/** The most that a cap leaves room for: one more worker for the widest of the jobs that wait would break it. */
const isFull = (
  { machines, cut, clock }: Truth,
  fleet: FleetName,
  waiting: readonly QueueName[],
): boolean => {
  const { maxWorkers, maxCores, flavours } = fleetSettingsOf(fleet);
  const takesPlace = (instance: TwinInstance): boolean =>
    isLive(instance) ||
    clock.now - (cut.get(instance.instanceId)?.at ?? Number.NEGATIVE_INFINITY) < TICK_AFTER_SECONDS;
  const live = machines.all().filter((of) => fleetOf(of) === fleet && takesPlace(of));
  const cores = live.reduce((n, { vcpus }) => n + vcpus, 0);
  const smallestFor = (queue: QueueName): number =>
    Math.min(
      ...flavours
        .filter((of) => fits(shapeOf(settingsOf(queue)), offered(of, WORKER_DISK_MB)))
        .map(({ cpus }) => cpus),
    );
  return live.length >= maxWorkers || cores + Math.max(...waiting.map(smallestFor)) > maxCores;
};

/** A queue whose jobs wait. */
interface Unmet {
  readonly queue: QueueName;
  readonly what: string;
}

const byWidth = (a: QueueName, b: QueueName): number => settingsOf(b).cpus - settingsOf(a).cpus;

/**
 * The jobs of a queue that wait for workers of a fleet: those behind pilots that name the fleet, whatever the queue names now,
 * and in the fleet that it names all others.
 */
const waitingFor = (truth: Truth, queue: QueueName, fleet: FleetName): number => {
  const jobs = waitingJobs(truth, queue);
  const asking = truth.pool.idleOf(queue, fleet);
  if (fleetOfQueue(queue) !== fleet) return Math.min(jobs, asking);
  return Math.max(0, jobs - (truth.pool.idleOf(queue) - asking));
};

/** Law 6: the queues whose jobs wait although a worker for them could be launched; those that share a fleet share its rooms. */
const unmet = (truth: Truth): readonly Unmet[] =>
  FLEET_NAMES.flatMap((fleet) => {
    const rooms = roomsOf(truth, fleet);
    const jobsOf = (queue: QueueName): number => waitingFor(truth, queue, fleet);
    const waiting = QUEUE_NAMES.filter((queue) => jobsOf(queue) > 0);
    if (waiting.length === 0 || isFull(truth, fleet, waiting)) return [];
    return waiting.toSorted(byWidth).flatMap((queue): readonly Unmet[] => {
      const jobs = jobsOf(queue);
      const pilots = truth.pool.idleOf(queue, fleet);
      const room = placed(jobs, queue, rooms);
      if (pilots < jobs) return [{ queue, what: `${queue} has ${jobs} jobs and ${pilots} pilots waiting` }];
      return room < jobs
        ? [{ queue, what: `${queue} has ${jobs} jobs waiting and workers for ${room}` }]
        : [];
    });
  });

/** Looks around once a minute, in the calm after the storm, for what laws 4 and 6 forbid. */
export const lookAround = (truth: Truth, table: Table, witness: Witness, calmSince: number) => {
  const looks: (readonly Unmet[])[] = [];
  const wrongAsleep = asleepWatch();
  const wrongOnSite = siteWatch(truth, calmSince);
  const view = viewer(truth.pool);
  const isTriedOut = ({ queue }: Unmet): boolean =>
    view().pilots.queues.some((of) => of.queue === queue && endAtOnce(of.ended));
  let isOver = false;
  return (): void => {
    const { now } = truth.clock;
    if (now < calmSince) return;
    for (const what of lost(truth, table, calmSince, wrongAsleep)) witness.broken(4, what);
    for (const { law, what } of wrongOnSite()) witness.broken(law, what);
    if (isOver) return;
    looks.push(unmet(truth));
    if (looks.length <= RECOVERED_MINUTES) return;
    const [first = [], ...others] = looks.slice(-LOOKS);
    const isStill = ({ queue }: Unmet) => others.every((look) => look.some((one) => one.queue === queue));
    const still = first.filter(isStill);
    const tried = looks.length <= RECOVERED_MINUTES + TRIED_MINUTES ? still.filter(isTriedOut) : [];
    for (const one of still.filter((of) => !tried.includes(of))) {
      witness.broken(6, `${looks.length - 1} ticks after the faults ${one.what}`);
    }
    isOver = tried.length === 0;
  };
};
