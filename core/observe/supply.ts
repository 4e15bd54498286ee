import type { PoolWorker } from '../model/pool.ts';
import { fits, least, type Resources } from '../model/resources.ts';
import type { FleetSettings } from '../settings/fleet-settings.ts';
import type { Waiters } from './demand.ts';
import type { Fleet, Member } from './fleet.ts';
import type { Bin } from './packing.ts';
import type { Taker } from './takes.ts';

/** A startd speaks every five minutes; one silent for three turns is not counted on. */
const SILENT_SECONDS = 900;

/** Whether a startd takes jobs now, as far as its ad can be believed. */
export const takesJobs = (worker: PoolWorker, now: number): boolean =>
  worker.reachable && !worker.draining && now - worker.lastHeardAt <= SILENT_SECONDS;

const isJoinedSupply = ({ record, pool }: Member, now: number): boolean =>
  pool !== undefined &&
  (record.state.kind === 'joined' || record.state.kind === 'booting' || record.state.kind === 'missing') &&
  takesJobs(pool, now);

/**
 * Booting counts from its intent until it joins or its deadline passes: this is what keeps a stale view from launching
 * twice.
 */
const isBooting = ({ record, pool }: Member, now: number, settings: FleetSettings): boolean =>
  pool === undefined &&
  record.state.kind === 'booting' &&
  now - record.launchedAt <= settings.joinDeadlineSeconds;

/** A job that starts now may run for its whole wall time; the worker has to outlive it. */
const leftOf = (startedAt: number, now: number, { maxLifeSeconds }: FleetSettings): number =>
  startedAt + maxLifeSeconds - now;

/**
 * The longest of the given walls that so much life is enough for, so that workers which take the same jobs are alike
 * whatever their ages; undefined: it is enough for none.
 */
const reachIn = (walls: readonly number[]) => {
  const sorted = [...new Set(walls)].sort((a, b) => a - b);
  return (leftSeconds: number): number | undefined => sorted.findLast((wall) => wall <= leftSeconds);
};

/** What each of them asks for at least; undefined: nobody waits. */
const leastOf = (waiting: readonly Waiters[]): Resources | undefined =>
  waiting.length === 0 ? undefined : waiting.map(({ shape }) => shape).reduce(least);

const NOBODY: ReadonlySet<string> = new Set();

type Limits = Pick<Taker, 'onlyQueue' | 'width'>;

const limitsOf = ({ onlyQueue, width }: Limits): Limits => ({
  ...(onlyQueue === undefined ? {} : { onlyQueue }),
  ...(width === undefined ? {} : { width }),
});

/** A worker, or several alike, and since when it lives. */
interface Room extends Limits {
  readonly count?: number;
  readonly startedAt: number;
  readonly gpus: number;
}

/** What rooms are looked for. */
export interface Looking {
  readonly settings: FleetSettings;
  readonly now: number;
  /** Those who look: rooms that none of them may use are left out. */
  readonly waiting: readonly Waiters[];
  /** Workers to whose free room nobody is matched; absent: none. */
  readonly withoutRoom?: ReadonlySet<string>;
}

/** Rooms in which waiting jobs of a fleet will start without any launch; on workers without room nobody will. */
export const supply = (
  fleet: Fleet,
  { settings, now, waiting, withoutRoom = NOBODY }: Looking,
): { readonly joined: readonly Bin[]; readonly booting: readonly Bin[] } => {
  const reach = reachIn(waiting.map(({ wallSeconds }) => wallSeconds));
  const smallest = leastOf(waiting);
  const bin = (room: Bin['room'], { count = 1, startedAt, gpus, ...limits }: Room): readonly Bin[] => {
    // Of a large fleet most workers are full: they are left out before anything is made of them.
    if (smallest === undefined || !fits(smallest, room)) return [];
    const leftSeconds = reach(leftOf(startedAt, now, settings));
    if (leftSeconds === undefined) return [];
    return [{ room, count, taker: { gpus, leftSeconds, ...limitsOf(limits) } }];
  };
  const members = fleet.members
    .filter((member) => isJoinedSupply(member, now) && !withoutRoom.has(member.record.instanceId))
    .flatMap(({ record, pool }) =>
      pool === undefined
        ? []
        : bin(pool.free, { startedAt: record.launchedAt, gpus: pool.total.gpus, ...limitsOf(record) }),
    );
  const strangers = fleet.strangers
    .filter((worker) => takesJobs(worker, now))
    .flatMap(({ free, total, joinedAt, queue }) =>
      bin(free, {
        startedAt: joinedAt,
        gpus: total.gpus,
        ...(queue === undefined ? {} : { onlyQueue: queue }),
      }),
    );
  const booting = fleet.members
    .filter((member) => isBooting(member, now, settings))
    .flatMap(({ record }) =>
      bin(record.offers, {
        ...{ startedAt: record.launchedAt, gpus: record.offers.gpus, ...limitsOf(record) },
      }),
    );
  const intended = fleet.launches.flatMap(({ request, offers, createdAt }) =>
    bin(offers, {
      ...{ count: request.count, startedAt: createdAt, gpus: offers.gpus, ...limitsOf(request) },
    }),
  );
  return { joined: [...members, ...strangers], booting: [...booting, ...intended] };
};
