import type { OpenLaunch } from '../model/launch.ts';
import type { PoolView, PoolWorker } from '../model/pool.ts';
import type { Reason } from '../model/reason.ts';
import type { WorkerRecord } from '../model/worker.ts';

/** The workers of one queue, from all sources. */
export interface Fleet {
  readonly members: readonly Member[];
  /** In the pool for this queue, but not in the ledger: counted as supply and against the cap. */
  readonly strangers: readonly PoolWorker[];
  readonly launches: readonly OpenLaunch[];
}

/** The workers of all queues. */
export interface Fleets {
  of(queue: string): Fleet;
  /** Those that have any, by queue. */
  readonly all: ReadonlyMap<string, Fleet>;
}

const NO_FLEET: Fleet = { members: [], strangers: [], launches: [] };

/** Puts ledger and pool together, queue by queue, in one pass over each. */
export const fleets = (
  workers: readonly WorkerRecord[],
  launches: readonly OpenLaunch[],
  view: PoolView,
): Fleets => {
  const { members, strangers } = sideBySide(workers, view);
  const byQueue = new Map<string, { members: Member[]; strangers: PoolWorker[]; launches: OpenLaunch[] }>();
  const of = (queue: string) => {
    const known = byQueue.get(queue);
    if (known !== undefined) return known;
    const fleet = { members: [], strangers: [], launches: [] };
    byQueue.set(queue, fleet);
    return fleet;
  };
  for (const member of members) {
    if (member.record.state.kind !== 'failed') of(member.record.queue).members.push(member);
  }
  for (const stranger of strangers) of(stranger.queue).strangers.push(stranger);
  for (const launch of launches) of(launch.request.queue).launches.push(launch);
  return { of: (queue) => byQueue.get(queue) ?? NO_FLEET, all: byQueue };
};

const contradicts = (worker: PoolWorker): boolean =>
  worker.free.cpus > worker.total.cpus || (worker.busy === 0) !== (worker.idleSince !== null);

/** Why the pool's word on a queue's workers cannot be believed, if it cannot. */
export const contradiction = (fleet: Fleet): Reason | undefined => {
  const odd =
    fleet.members.find(({ pool }) => pool !== undefined && contradicts(pool))?.pool ??
    fleet.strangers.find(contradicts);
  return odd === undefined ? undefined : { kind: 'pool-contradictory', instanceId: odd.instanceId };
};

/** Most of them that one decision names. */
const MOST_NAMED = 10;

/** Says which workers of a queue are in the pool and cannot be read; nothing if all can be. */
export const unreadableOf = ({ members }: Fleet): readonly Reason[] => {
  const workers = members.flatMap(({ record: { instanceId }, unreadable }) =>
    unreadable === undefined ? [] : [{ instanceId, words: unreadable }],
  );
  return workers.length === 0
    ? []
    : [{ kind: 'workers-unreadable', count: workers.length, workers: workers.slice(0, MOST_NAMED) }];
};

/** Workers that count against the cap: every one that EC2 may be billing, and every one it may still start. */
export const liveWorkers = (fleet: Fleet): number =>
  fleet.members.length +
  fleet.strangers.length +
  fleet.launches.reduce((n, launch) => n + launch.request.count, 0);

/** vCPUs of those workers. */
export const liveCores = (fleet: Fleet): number =>
  fleet.members.reduce((n, { record, pool }) => n + (pool?.total.cpus ?? record.offers.cpus), 0) +
  fleet.strangers.reduce((n, stranger) => n + stranger.total.cpus, 0) +
  fleet.launches.reduce((n, { request, offers }) => n + request.count * offers.cpus, 0);

/** A worker as both sides know it; `pool` is undefined while its startd is not in the collector, or cannot be read. */
export interface Member {
  readonly record: WorkerRecord;
  readonly pool: PoolWorker | undefined;
  /** Why what it says of itself cannot be used: it is in the collector, and nothing else is known of it. */
  readonly unreadable?: string;
}

/** Whether its startd is in the collector: neither late, nor gone. */
export const isInCollector = ({ pool, unreadable }: Member): boolean =>
  pool !== undefined || unreadable !== undefined;

const unreadableIn = ({ workers }: PoolView): ReadonlyMap<string, string> =>
  new Map(workers.unreadable?.map(({ instanceId, why }) => [instanceId, why]));

/** The ledger's workers beside the pool's, both in the order of their instance ids. */
export interface SideBySide {
  readonly members: readonly Member[];
  /** In the pool, and not in the ledger. */
  readonly strangers: readonly PoolWorker[];
}

interface Named {
  readonly instanceId: string;
}

const isInOrder = (workers: readonly Named[]): boolean =>
  workers.every(({ instanceId }, index) => instanceId >= (workers[index - 1]?.instanceId ?? ''));

/** The ledger and the endpoint give them in order: a hundred thousand cost one look each. */
const inOrder = <Of extends Named>(workers: readonly Of[]): readonly Of[] =>
  isInOrder(workers)
    ? workers
    : workers.toSorted((a, b) => (a.instanceId < b.instanceId ? -1 : a.instanceId > b.instanceId ? 1 : 0));

/** Puts the ledger's workers and a view's side by side, in one walk over both. */
export const sideBySide = (workers: readonly WorkerRecord[], view: PoolView): SideBySide => {
  const startds = inOrder(view.workers.workers);
  const unreadable = unreadableIn(view);
  const strangers: PoolWorker[] = [];
  let next = 0;
  const strangersBefore = (instanceId: string | undefined) => {
    for (let pool = startds[next]; pool !== undefined; next += 1, pool = startds[next]) {
      if (instanceId !== undefined && pool.instanceId >= instanceId) return;
      strangers.push(pool);
    }
  };
  const members = inOrder(workers).map((record): Member => {
    strangersBefore(record.instanceId);
    const pool = startds[next];
    if (pool?.instanceId !== record.instanceId) {
      const why = unreadable.get(record.instanceId);
      return { record, pool: undefined, ...(why === undefined ? {} : { unreadable: why }) };
    }
    next += 1;
    return { record, pool };
  });
  strangersBefore(undefined);
  return { members, strangers };
};
