import { type Flavour, parseFlavour } from '../model/flavours.ts';
import type { PoolWorker } from '../model/pool.ts';
import { least, type Resources } from '../model/resources.ts';
import type { Belonging, WorkerRecord } from '../model/worker.ts';

/** Why a worker's ad is not believed as it stands. */
export type Doubt = 'contradictory' | 'boastful' | 'elsewhere' | 'unreadable';

/** What was bought with a worker: the most that it can have. */
export type BoughtOf = (worker: Pick<WorkerRecord, 'fleet' | 'offer' | 'offers'>) => Resources;

/** Flavours as a fleet's settings have them, by name. */
type FlavoursOf = (fleet: string) => ReadonlyMap<string, Flavour> | undefined;

/**
 * Looks up what a worker's flavour has, as its own fleet writes it. EC2 sells cores, memory and GPUs with it; its disk is
 * the stage's. Of a flavour that nobody knows any more, what was planned counts.
 */
export const boughtFrom = (flavoursOf: FlavoursOf, diskMbOf: (fleet: string) => number): BoughtOf => {
  const byName = new Map<string, Flavour | undefined>();
  return ({ fleet, offer: { flavour: name }, offers }) => {
    const own = flavoursOf(fleet)?.get(name);
    if (own === undefined && !byName.has(name)) byName.set(name, parseFlavour(name));
    const flavour = own ?? byName.get(name);
    if (flavour === undefined) return offers;
    const { cpus, memoryMb, gpus } = flavour;
    return { cpus, memoryMb, gpus, diskMb: Math.max(diskMbOf(fleet), offers.diskMb) };
  };
};

const NO_ROOM: Resources = { cpus: 0, memoryMb: 0, diskMb: 0, gpus: 0 };

/** Disk is left out: what the system takes of it is only reckoned, and a machine may have more than was planned. */
const exceeds = ({ total, busy }: PoolWorker, most: Resources): boolean =>
  total.cpus > most.cpus ||
  total.memoryMb > most.memoryMb ||
  total.gpus > most.gpus ||
  busy > Math.max(1, most.cpus);

/** Disk is left out: HTCondor measures what is free of it now and then, and shows more than the total in between. */
const contradicts = ({ total, free, busy, idleSince }: PoolWorker): boolean =>
  free.cpus > total.cpus ||
  free.memoryMb > total.memoryMb ||
  free.gpus > total.gpus ||
  (busy === 0) !== (idleSince !== null);

/** Cores or memory are taken: something runs, whatever the number of slots says. */
const isTaken = ({ total, free, unclaimed = NO_ROOM }: PoolWorker): boolean =>
  free.cpus + unclaimed.cpus < total.cpus || free.memoryMb + unclaimed.memoryMb < total.memoryMb;

const capped = (pool: PoolWorker, most: Resources): PoolWorker => {
  const total = least(pool.total, most);
  // A slot has a core at least.
  return { ...pool, total, free: least(pool.free, total), busy: Math.min(pool.busy, Math.max(1, most.cpus)) };
};

/**
 * Full, busy, and on its way out if it was told to go: it is given no job, is not ended as empty, and has the time of a
 * drain and no more.
 */
const taken = (pool: PoolWorker): PoolWorker => ({
  ...pool,
  free: NO_ROOM,
  draining: true,
  busy: Math.max(1, pool.busy),
  idleSince: null,
});

/** What is believed of an ad, and why it is not what the ad says. */
interface Believed {
  readonly pool: PoolWorker;
  readonly doubt?: Doubt;
  /** `draining` is not what its ad says, but what is assumed of a worker in doubt. */
  readonly isDrainAssumed?: true;
}

/**
 * Reads a worker's ad as far as it can be believed: never more than was bought, room for whom it was launched for alone, and never
 * idle in doubt. The ad is the machine's own word, and a job may have become root there.
 */
export const believed = (ad: PoolWorker, of: Belonging, most: Resources): Believed => {
  const isBoastful = exceeds(ad, most);
  // Nearly all have what was bought. What they have of disk beyond the plan, which is cautious, does not count.
  const pool = isBoastful || ad.total.diskMb > most.diskMb ? capped(ad, most) : ad;
  const assumed = ad.draining ? {} : ({ isDrainAssumed: true } as const);
  if (ad.fleet !== of.fleet || ad.queue !== of.onlyQueue) {
    return { pool: taken(pool), doubt: 'elsewhere', ...assumed };
  }
  if (contradicts(ad)) return { pool: taken(pool), doubt: 'contradictory', ...assumed };
  if (isBoastful) return { pool, doubt: 'boastful' };
  return pool.busy === 0 && isTaken(pool) ? { pool: { ...pool, busy: 1, idleSince: null } } : { pool };
};

/** A worker of whose ad nothing can be used but that it is there. */
export const unreadable = (instanceId: string, viewedAt: number): PoolWorker => ({
  instanceId,
  fleet: '',
  total: NO_ROOM,
  free: NO_ROOM,
  busy: 1,
  draining: true,
  reachable: true,
  joinedAt: viewedAt,
  lastHeardAt: viewedAt,
  idleSince: null,
});

/** What is believed of it: it has what was bought, all of it in use. */
export const believedUnread = (ad: PoolWorker, total: Resources): Believed => ({
  pool: { ...ad, total },
  doubt: 'unreadable',
  isDrainAssumed: true,
});
