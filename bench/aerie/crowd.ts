import { DEFAULT_FLEET, type PoolView, type PoolWorker } from '../../core/model/pool.ts';
import type { Resources } from '../../core/model/resources.ts';
import { known } from '../../core/model/snapshot.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import type { ParsedSettings } from '../../core/settings/queue-settings.ts';
import { parseQueueSettings } from '../../core/settings/settings.ts';
import { STAGE, type TickWorld } from './world.ts';

const NOW = 1_800_000_000;
const ROOM: Resources = { cpus: 2, memoryMb: 7500, diskMb: 80_000, gpus: 0 };
const FULL: Resources = { cpus: 0, memoryMb: 3500, diskMb: 60_000, gpus: 0 };
const SHAPE: Resources = { cpus: 1, memoryMb: 2000, diskMb: 10_000, gpus: 0 };

/** One worker in ten boots, one in ten is idle, the others are full. */
const BOOTING_OF_TEN = 0;
const IDLE_OF_TEN = 1;
/** One queue in ten has jobs that wait; as in life, most have not. */
const WAITING_OF_TEN = 0;
const WAITING_PILOTS = 10;

const record = (index: number, queue: string): WorkerRecord => ({
  instanceId: `i-${index.toString(16).padStart(17, '0')}`,
  queue,
  launchId: `${queue}.${NOW - 3600}.0`,
  offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' },
  offers: ROOM,
  launchedAt: index % 10 === BOOTING_OF_TEN ? NOW - 60 : NOW - 3600,
  state: index % 10 === BOOTING_OF_TEN ? { kind: 'booting' } : { kind: 'joined', joinedAt: NOW - 3400 },
});

const startd = ({ instanceId, queue }: WorkerRecord, index: number): PoolWorker => {
  const idle = index % 10 === IDLE_OF_TEN;
  return {
    instanceId,
    fleet: DEFAULT_FLEET,
    queue,
    total: ROOM,
    free: idle ? ROOM : FULL,
    busy: idle ? 0 : 2,
    draining: false,
    reachable: true,
    joinedAt: NOW - 3400,
    lastHeardAt: NOW - 100,
    idleSince: idle ? NOW - 100 : null,
  };
};

/** A stage with so many queues and workers, in the states that a day has them in. */
export const crowdedWorld = (queues: number, workers: number): TickWorld & { readonly view: PoolView } => {
  const names = Array.from({ length: queues }, (_, i) => `queue-${i}`);
  const settings: readonly ParsedSettings[] = names.map((name) =>
    parseQueueSettings(name, { state: 'active', 'max-workers': '100000' }),
  );
  const records = Array.from({ length: workers }, (_, i) =>
    record(i, `queue-${Math.floor(i / 10) % queues}`),
  );
  const waiting = (index: number) => (index % 10 === WAITING_OF_TEN ? WAITING_PILOTS : 0);
  const view: PoolView = {
    observedAt: NOW - 5,
    collectorStartedAt: NOW - 86_400,
    pilots: {
      complete: true,
      queues: names.map((queue, i) => ({
        queue,
        shapes: [{ shape: SHAPE, fleet: DEFAULT_FLEET, idle: waiting(i), running: 10, held: 0 }],
        recentStarts: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ended: { count: 10, short: 0, shortSeconds: 300 },
      })),
    },
    workers: {
      complete: true,
      workers: records.flatMap((worker, i) => (worker.state.kind === 'booting' ? [] : [startd(worker, i)])),
    },
  };
  const jobs = names.map(
    (name, i) => [name, { SCORE: { managed: { activated: waiting(i), running: 10 } } }] as const,
  );
  return {
    now: NOW,
    queues: settings,
    panda: known(Object.fromEntries(jobs), NOW),
    sites: known(Object.fromEntries(names.map((name) => [name, { status: 'online' }])), NOW),
    pool: known(view, NOW - 5),
    view,
    stage: { ...STAGE, workerDiskMb: 81_920 },
    ledger: { workers: records, launches: [], submissions: {}, cooling: [], pilotsEver: {} },
  };
};
