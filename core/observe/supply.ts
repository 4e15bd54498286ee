import type { PoolWorker } from '../model/pool.ts';
import { fits, least, type Resources } from '../model/resources.ts';
import { fewestCpus, type Limits, NOTICE_SECONDS } from '../model/takes.ts';
import { comingSince, isComing, isServing } from '../model/worker.ts';
import type { FleetSettings } from '../settings/fleet-settings.ts';
import type { Waiters } from './demand.ts';
import type { Fleet, Member } from './fleet.ts';
import type { Bin } from './packing.ts';

/** A startd speaks every five minutes; one silent for three turns is not counted on. */
const SILENT_SECONDS = 900;

/** Whether a startd takes jobs now, as far as its ad can be believed. */
export const takesJobs = (worker: PoolWorker, now: number): boolean =>
  worker.reachable && !worker.draining && now - worker.lastHeardAt <= SILENT_SECONDS;

const isJoinedSupply = ({ record, pool }: Member, now: number): boolean =>
  pool !== undefined && isServing(record.state) && takesJobs(pool, now);

/**
 * Booting, or waking, counts from its intent until it joins or its deadline passes: this is what keeps a stale view from
 * launching twice.
 */
const isBooting = ({ record, pool }: Member, now: number, settings: FleetSettings): boolean =>
  pool === undefined && isComing(record.state) && now - comingSince(record) <= settings.joinDeadlineSeconds;

/** A job that starts now may run for its whole wall time; the worker has to outlive it, and the notice of its own end. */
const leftOf = (startedAt: number, now: number, { maxLifeSeconds }: FleetSettings): number =>
  startedAt + maxLifeSeconds - now - NOTICE_SECONDS;

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

/** Which jobs a worker is kept for. */
interface Restricted {
  readonly onlyQueue?: string | undefined;
  readonly width?: number | undefined;
  readonly firstWidth?: number | undefined;
}

/** A room that jobs may be put into: one worker's, or those of several alike. */
interface Room {
  readonly room: Resources;
  readonly count?: number;
  /** What the worker has in all. */
  readonly gpus: number;
  readonly launchedAt: number;
  /** Absent: it has not joined yet. */
  readonly joinedAt?: number;
  readonly of: Restricted;
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

const joinedRooms = (fleet: Fleet, { now, withoutRoom = NOBODY }: Looking): readonly Room[] => [
  ...fleet.members.flatMap((member): readonly Room[] => {
    const { record, pool } = member;
    if (pool === undefined || !isJoinedSupply(member, now) || withoutRoom.has(record.instanceId)) return [];
    const { launchedAt } = record;
    return [{ room: pool.free, gpus: pool.total.gpus, launchedAt, joinedAt: pool.joinedAt, of: record }];
  }),
  ...fleet.strangers
    .filter((worker) => takesJobs(worker, now))
    .map(({ free, total, joinedAt, queue, width, firstWidth }): Room => {
      const of = { onlyQueue: queue, width, firstWidth };
      return { room: free, gpus: total.gpus, launchedAt: joinedAt, joinedAt, of };
    }),
];

const bootingRooms = (fleet: Fleet, { now, settings }: Looking): readonly Room[] => [
  ...fleet.members
    .filter((member) => isBooting(member, now, settings))
    .map(({ record }): Room => {
      const { offers, launchedAt } = record;
      return { room: offers, gpus: offers.gpus, launchedAt, of: record };
    }),
  ...fleet.launches.map(({ request, offers, createdAt }): Room => {
    const { count } = request;
    return { room: offers, count, gpus: offers.gpus, launchedAt: createdAt, of: request };
  }),
];

/** Rooms in which waiting jobs of a fleet will start without any launch; on workers without room nobody will. */
export const supply = (
  fleet: Fleet,
  looking: Looking,
): { readonly joined: readonly Bin[]; readonly booting: readonly Bin[] } => {
  const { settings, now, waiting } = looking;
  const reach = reachIn(waiting.map(({ wallSeconds }) => wallSeconds));
  const smallest = leastOf(waiting);
  const binOf = ({ room, count = 1, gpus, launchedAt, joinedAt, of }: Room): readonly Bin[] => {
    // Of a large fleet most workers are full: they are left out before anything is made of them.
    if (smallest === undefined || !fits(smallest, room)) return [];
    const longestSeconds = reach(leftOf(launchedAt, now, settings));
    if (longestSeconds === undefined) return [];
    const { onlyQueue, width, firstWidth } = of;
    const limits: Limits = {
      ...{
        gpus,
        longestSeconds,
        fewestCpus: fewestCpus(firstWidth, joinedAt === undefined ? 0 : now - joinedAt),
      },
      ...(onlyQueue === undefined ? {} : { onlyQueue }),
      ...(width === undefined ? {} : { width }),
    };
    return [{ room, count, limits }];
  };
  return {
    joined: joinedRooms(fleet, looking).flatMap(binOf),
    booting: bootingRooms(fleet, looking).flatMap(binOf),
  };
};
