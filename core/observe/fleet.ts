import type { Instance } from '../model/instance.ts';
import type { OpenLaunch } from '../model/launch.ts';
import { belongingIn } from '../model/names.ts';
import type { PoolView, PoolWorker } from '../model/pool.ts';
import type { Resources } from '../model/resources.ts';
import type { WorkerRecord } from '../model/worker.ts';
import { type BoughtOf, believed, believedUnread, boughtFrom, type Doubt, unreadable } from './belief.ts';

/** The workers of one fleet, from all sources. */
export interface Fleet {
  readonly members: readonly Member[];
  /** In the pool, not in the ledger, and launched for this fleet, as EC2 says: counted as supply and against the cap. */
  readonly strangers: readonly PoolWorker[];
  /** In the pool for this fleet, as they say themselves, and known to nobody: they count for nothing. */
  readonly unknown?: readonly PoolWorker[];
  readonly launches: readonly OpenLaunch[];
  /** Workers that sleep: they are no members, count against no cap of workers, and are paid for by their disks. Absent: none. */
  readonly asleep?: readonly WorkerRecord[];
}

/** The workers of all fleets. */
export interface Fleets {
  of(name: string): Fleet;
  /** Those that have any, by name. */
  readonly all: ReadonlyMap<string, Fleet>;
}

const NO_FLEET: Fleet = { members: [], strangers: [], launches: [] };

/** What the pool's word about workers is held against. */
export interface Trust {
  readonly boughtOf: BoughtOf;
  /** Workers that the ledger does not know, as EC2 shows them with this stage's tags, by instance. */
  readonly vouched: ReadonlyMap<string, Instance>;
}

const NO_TRUST: Trust = {
  boughtOf: boughtFrom(
    () => undefined,
    () => 0,
  ),
  vouched: new Map(),
};

const NOTHING: Resources = { cpus: 0, memoryMb: 0, diskMb: 0, gpus: 0 };

const strangerOf = (ad: PoolWorker, { boughtOf, vouched }: Trust): PoolWorker | undefined => {
  const instance = vouched.get(ad.instanceId);
  const of = instance === undefined ? undefined : belongingIn(instance.tags);
  if (instance === undefined || of === undefined) return undefined;
  const { pool } = believed(ad, of, boughtOf({ fleet: of.fleet, offer: instance.offer, offers: NOTHING }));
  return { ...pool, fleet: of.fleet };
};

type Growing = {
  members: Member[];
  strangers: PoolWorker[];
  unknown: PoolWorker[];
  launches: OpenLaunch[];
  asleep: WorkerRecord[];
};

/** Puts ledger and pool together, fleet by fleet, in one pass over each. */
export const fleets = (
  workers: readonly WorkerRecord[],
  launches: readonly OpenLaunch[],
  view: PoolView,
  trust: Trust = NO_TRUST,
): Fleets => {
  const { members, strangers } = sideBySide(workers, view);
  const byName = new Map<string, Growing>();
  const of = (name: string) => {
    const known = byName.get(name);
    if (known !== undefined) return known;
    const fleet = { members: [], strangers: [], unknown: [], launches: [], asleep: [] };
    byName.set(name, fleet);
    return fleet;
  };
  for (const member of members) {
    const { record, pool: ad, unreadable: why } = member;
    if (record.state.kind === 'failed') continue;
    const { members: into, asleep } = of(record.fleet);
    if (record.state.kind === 'asleep') {
      asleep.push(record);
      continue;
    }
    if (ad === undefined) {
      into.push(member);
      continue;
    }
    const most = trust.boughtOf(record);
    const seen = why === undefined ? believed(ad, record, most) : believedUnread(ad, most);
    // Nearly all are believed as they are: these are nothing new.
    into.push(seen.pool === ad ? member : { ...member, ...seen });
  }
  for (const ad of strangers) {
    const seen = strangerOf(ad, trust);
    if (seen === undefined) of(ad.fleet).unknown.push(ad);
    else of(seen.fleet).strangers.push(seen);
  }
  for (const launch of launches) of(launch.request.fleet).launches.push(launch);
  return { of: (name) => byName.get(name) ?? NO_FLEET, all: byName };
};

/** Workers that count against the cap: every one that EC2 may be billing, and every one it may still start. */
export const liveWorkers = (fleet: Fleet): number =>
  fleet.members.length +
  fleet.strangers.length +
  fleet.launches.reduce((n, launch) => n + launch.request.count, 0);

/** vCPUs that count for one of them: a machine that says that it has fewer than were bought frees no cap with that. */
const coresOf = ({ record, pool }: Member): number => Math.max(record.offers.cpus, pool?.total.cpus ?? 0);

/** vCPUs of those workers. */
export const liveCores = (fleet: Fleet): number =>
  fleet.members.reduce((n, member) => n + coresOf(member), 0) +
  fleet.strangers.reduce((n, stranger) => n + stranger.total.cpus, 0) +
  fleet.launches.reduce((n, { request, offers }) => n + request.count * offers.cpus, 0);

/**
 * A worker as both sides know it. `pool`: what is believed of its ad, and not always what the ad says; undefined while its
 * startd is not in the collector.
 */
export interface Member {
  readonly record: WorkerRecord;
  readonly pool: PoolWorker | undefined;
  readonly doubt?: Doubt;
  /** Its ad does not say that it drains, or cannot be read: it may be taking jobs. */
  readonly isDrainAssumed?: true;
  /** Why its ad cannot be read: that it is in the collector is all that is known of it. */
  readonly unreadable?: string;
}

/** The ledger's workers beside the pool's, both in the order of their instance ids. */
export interface SideBySide {
  readonly members: readonly Member[];
  /** In the pool, and not in the ledger. */
  readonly strangers: readonly PoolWorker[];
}

interface Named {
  readonly instanceId: string;
}

/** One look at each: the ledger and the endpoint give a hundred thousand of them in order. */
const isInOrder = (workers: readonly Named[]): boolean => {
  let before = '';
  for (const { instanceId } of workers) {
    if (instanceId < before) return false;
    before = instanceId;
  }
  return true;
};

const inOrder = <Of extends Named>(workers: readonly Of[]): readonly Of[] =>
  isInOrder(workers)
    ? workers
    : workers.toSorted((a, b) => (a.instanceId < b.instanceId ? -1 : a.instanceId > b.instanceId ? 1 : 0));

/** The collector keeps the ad of a startd that lost its power unannounced: a worker that slept is not there by that. */
const isFromBefore = ({ joinedAt }: PoolWorker, { state }: WorkerRecord): boolean =>
  (state.kind === 'asleep' || state.kind === 'waking') && joinedAt <= state.since;

/** Puts the ledger's workers and a view's side by side, in one walk over both; also those whose ads cannot be read. */
export const sideBySide = (workers: readonly WorkerRecord[], view: PoolView): SideBySide => {
  const startds = inOrder(view.workers.workers);
  const unread = new Map(view.workers.unreadable?.map(({ instanceId, why }) => [instanceId, why]));
  const members: Member[] = [];
  const strangers: PoolWorker[] = [];
  let next = 0;
  for (const record of inOrder(workers)) {
    const { instanceId } = record;
    let pool = startds[next];
    for (; pool !== undefined && pool.instanceId < instanceId; pool = startds[next]) {
      strangers.push(pool);
      next += 1;
    }
    if (pool?.instanceId === instanceId) {
      next += 1;
      members.push({ record, pool: isFromBefore(pool, record) ? undefined : pool });
      continue;
    }
    const why = unread.get(instanceId);
    members.push(
      why === undefined
        ? { record, pool: undefined }
        : { record, pool: unreadable(instanceId, view.observedAt), unreadable: why },
    );
  }
  for (const pool of startds.slice(next)) strangers.push(pool);
  return { members, strangers };
};
