import type { PoolWorker } from '../model/pool.ts';
import type { Bin } from '../model/resources.ts';
import type { QueueSettings } from '../settings/queue-settings.ts';
import type { Fleet, Member } from './fleet.ts';

/** A startd speaks every five minutes; one silent for three turns is not counted on. */
const SILENT_SECONDS = 900;

/** Whether a startd takes pilots now, as far as its ad can be believed. */
export const takesPilots = (worker: PoolWorker, now: number): boolean =>
  worker.reachable && !worker.draining && now - worker.lastHeardAt <= SILENT_SECONDS;

/** A pilot that starts now may run for its whole wall time; the worker has to outlive it. */
const outlivesPilot = (startedAt: number, now: number, settings: QueueSettings): boolean =>
  startedAt + settings.maxLifeSeconds - now >= settings.pilotWallSeconds;

const isJoinedSupply = ({ record, pool }: Member, now: number, settings: QueueSettings): boolean =>
  pool !== undefined &&
  (record.state.kind === 'joined' || record.state.kind === 'booting' || record.state.kind === 'missing') &&
  takesPilots(pool, now) &&
  outlivesPilot(record.launchedAt, now, settings);

/**
 * Booting counts from its intent until it joins or its deadline passes: this is what keeps a stale view from launching
 * twice.
 */
const isBooting = ({ record, pool }: Member, now: number, settings: QueueSettings): boolean =>
  pool === undefined &&
  record.state.kind === 'booting' &&
  now - record.launchedAt <= settings.joinDeadlineSeconds;

const NOBODY: ReadonlySet<string> = new Set();

/** Rooms in which waiting pilots of a queue will start without any launch; on workers without room nobody will. */
export const supply = (
  fleet: Fleet,
  now: number,
  settings: QueueSettings,
  withoutRoom: ReadonlySet<string> = NOBODY,
): { readonly joined: readonly Bin[]; readonly booting: readonly Bin[] } => {
  const members = fleet.members
    .filter((member) => isJoinedSupply(member, now, settings) && !withoutRoom.has(member.record.instanceId))
    .flatMap(({ pool }) => (pool === undefined ? [] : [{ room: pool.free, count: 1 }]));
  const strangers = fleet.strangers
    .filter((worker) => takesPilots(worker, now) && outlivesPilot(worker.joinedAt, now, settings))
    .map((worker) => ({ room: worker.free, count: 1 }));
  const booting = fleet.members
    .filter((member) => isBooting(member, now, settings))
    .map(({ record }) => ({ room: record.offers, count: 1 }));
  const intended = fleet.launches.map(({ request, offers }) => ({ room: offers, count: request.count }));
  return { joined: [...members, ...strangers], booting: [...booting, ...intended] };
};
