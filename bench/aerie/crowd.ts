import { DEFAULT_FLEET, type PoolView, type PoolWorker } from '../../core/model/pool.ts';
import type { Resources } from '../../core/model/resources.ts';
import { known } from '../../core/model/snapshot.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import type { ParsedFleet } from '../../core/settings/fleet-settings.ts';
import type { ParsedQueue } from '../../core/settings/queue-settings.ts';
import { parseFleetSettings, parseQueueSettings } from '../../core/settings/settings.ts';
import { STAGE, type TickWorld } from './world.ts';

const NOW = 1_800_000_000;

/** One worker in ten boots, one in ten is idle, the others are full or nearly so. */
const BOOTING_OF_TEN = 0;
const IDLE_OF_TEN = 1;
/** One queue in ten has jobs that wait; as in life, most have not. */
const WAITING_OF_TEN = 0;
const WAITING_PILOTS = 10;

/** How large a stage is. */
export interface Crowd {
  readonly queues: number;
  readonly workers: number;
  /** All queues share one fleet, and their pilots ask for so many different shapes; absent: a fleet each, and one shape. */
  readonly sharedShapes?: number;
}

const NARROW: Resources = { cpus: 1, memoryMb: 2000, diskMb: 10_000, gpus: 0 };
const WIDEST_CPUS = 8;

/** What the pilots of a queue ask for: of a shared fleet one to eight cores, with more or less memory. */
const shapeOf = (queue: number, { sharedShapes }: Crowd): Resources => {
  if (sharedShapes === undefined) return NARROW;
  const which = queue % sharedShapes;
  const cpus = 1 + (which % WIDEST_CPUS);
  return { ...NARROW, cpus, memoryMb: 1000 * cpus + 500 * Math.floor(which / WIDEST_CPUS) };
};

const SMALL: Resources = { cpus: 2, memoryMb: 7500, diskMb: 80_000, gpus: 0 };
const LARGE: Resources = { cpus: 8, memoryMb: 31_000, diskMb: 80_000, gpus: 0 };

/** In a shared fleet one worker in four is large. */
const isLarge = (index: number, { sharedShapes }: Crowd): boolean =>
  sharedShapes !== undefined && index % 4 === 3;

const roomOf = (index: number, crowd: Crowd): Resources => (isLarge(index, crowd) ? LARGE : SMALL);

/** Different memory that pilots of many shapes leave free on workers. */
const MEMORY_LEFT_MB = 100;
const LEFTOVERS = 25;

/** What is free on a worker that is not idle: no core of a small one, up to three of a large one. */
const freeOf = (index: number, crowd: Crowd): Resources => {
  const large = isLarge(index, crowd);
  const memoryMb = crowd.sharedShapes === undefined ? 3500 : 3500 + MEMORY_LEFT_MB * (index % LEFTOVERS);
  return { cpus: large ? index % 4 : 0, memoryMb, diskMb: 60_000, gpus: 0 };
};

const fleetOf = (queue: number, { sharedShapes }: Crowd): string =>
  sharedShapes === undefined ? `fleet-${queue}` : DEFAULT_FLEET;

const record = (index: number, crowd: Crowd): WorkerRecord => {
  const fleet = fleetOf(Math.floor(index / 10) % crowd.queues, crowd);
  const boots = index % 10 === BOOTING_OF_TEN;
  const flavour = isLarge(index, crowd) ? 'm6i.2xlarge' : 'm6i.large';
  return {
    instanceId: `i-${index.toString(16).padStart(17, '0')}`,
    fleet,
    launchId: `${fleet}.${NOW - 3600}.0`,
    offer: { flavour, zone: 'us-east-1a', market: 'on-demand' },
    offers: roomOf(index, crowd),
    launchedAt: boots ? NOW - 60 : NOW - 3600,
    state: boots ? { kind: 'booting' } : { kind: 'joined', joinedAt: NOW - 3400 },
  };
};

const startd = ({ instanceId, fleet }: WorkerRecord, index: number, crowd: Crowd): PoolWorker => {
  const idle = index % 10 === IDLE_OF_TEN;
  const total = roomOf(index, crowd);
  return {
    instanceId,
    fleet,
    total,
    free: idle ? total : freeOf(index, crowd),
    busy: idle ? 0 : 2,
    draining: false,
    reachable: true,
    joinedAt: NOW - 3400,
    lastHeardAt: NOW - 100,
    idleSince: idle ? NOW - 100 : null,
  };
};

const settingsOf = (names: readonly string[], crowd: Crowd) => {
  const queues: readonly ParsedQueue[] = names.map((name, index) => {
    const { cpus, memoryMb } = shapeOf(index, crowd);
    const asked = { cpus: String(cpus), 'memory-mb': String(memoryMb) };
    return parseQueueSettings(name, { state: 'active', fleet: fleetOf(index, crowd), ...asked });
  });
  const fleets: readonly ParsedFleet[] = [...new Set(names.map((_, index) => fleetOf(index, crowd)))].map(
    (name) => parseFleetSettings(name, { 'max-workers': '100000' }),
  );
  return { queues, fleets };
};

/** A stage with so many queues and workers, in the states that a day has them in. */
export const crowdedWorld = (crowd: Crowd): TickWorld & { readonly view: PoolView } => {
  const { queues, workers } = crowd;
  const names = Array.from({ length: queues }, (_, i) => `queue-${i}`);
  const records = Array.from({ length: workers }, (_, i) => record(i, crowd));
  const waiting = (index: number) =>
    Math.floor(index / (crowd.sharedShapes ?? 1)) % 10 === WAITING_OF_TEN ? WAITING_PILOTS : 0;
  const view: PoolView = {
    observedAt: NOW - 5,
    collectorStartedAt: NOW - 86_400,
    pilots: {
      complete: true,
      queues: names.map((queue, i) => ({
        queue,
        shapes: [
          { shape: shapeOf(i, crowd), fleet: fleetOf(i, crowd), idle: waiting(i), running: 10, held: 0 },
        ],
        recentStarts: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ended: { count: 10, short: 0, shortSeconds: 300 },
      })),
    },
    workers: {
      complete: true,
      workers: records.flatMap((worker, i) =>
        worker.state.kind === 'booting' ? [] : [startd(worker, i, crowd)],
      ),
    },
  };
  const jobs = names.map(
    (name, i) => [name, { SCORE: { managed: { activated: waiting(i), running: 10 } } }] as const,
  );
  return {
    now: NOW,
    ...settingsOf(names, crowd),
    panda: known(Object.fromEntries(jobs), NOW),
    sites: known(Object.fromEntries(names.map((name) => [name, { status: 'online' }])), NOW),
    pool: known(view, NOW - 5),
    view,
    stage: { ...STAGE, workerDiskMb: 81_920 },
    ledger: { workers: records, launches: [], submissions: {}, cooling: [], pilotsEver: {} },
  };
};
