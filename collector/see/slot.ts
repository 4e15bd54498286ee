import { DEFAULT_FLEET, type PoolWorker, poolWorker } from '../../core/model/pool.ts';
import type { Resources } from '../../core/model/resources.ts';
import { numberOr, readValue, type Value } from '../condor/rows.ts';
import { listOf } from '../condor/written.ts';

export type SeenWorker = Omit<PoolWorker, 'idleSince'>;

export const seenWorker = poolWorker.omit({ idleSince: true });

/** What is asked of each partitionable slot, in the order in which `slotOf` takes it. Disk is in KiB. */
export const SLOT_ATTRIBUTES = [
  'EC2InstanceId',
  ...['APF_QUEUE', 'AerieFleet', 'AerieWidth', 'AerieFirstWidth', 'AerieJobWall', 'AerieEndsAt'],
  ...['TotalSlotCpus', 'TotalSlotMemory', 'TotalSlotDisk', 'TotalSlotGPUs'],
  ...['Cpus', 'Memory', 'Disk', 'GPUs'],
  ...['NumDynamicSlots', 'ChildState', 'ChildCpus', 'ChildMemory'],
  ...['DaemonStartTime', 'LastHeardFrom', 'MyAddress', 'MyCurrentTime'],
];

/** The fields of a worker in that order: a mistake is called by its attribute. */
const FIELDS = [
  'instanceId',
  ...['queue', 'fleet', 'width', 'firstWidth', 'jobWallSeconds', 'endsAt'],
  ...['total.cpus', 'total.memoryMb', 'total.diskMb', 'total.gpus'],
  ...['free.cpus', 'free.memoryMb', 'free.diskMb', 'free.gpus'],
  ...['busy', '-', 'unclaimed.cpus', 'unclaimed.memoryMb'],
  ...['joinedAt', 'lastHeardAt', 'reachable', '-'],
];

/** So many attributes say which jobs a worker takes; they come after its name. */
const WHOSE = SLOT_ATTRIBUTES.indexOf('TotalSlotCpus') - 1;
const CHILD_STATE = SLOT_ATTRIBUTES.indexOf('ChildState');
const CHILD_CPUS = SLOT_ATTRIBUTES.indexOf('ChildCpus');
const CHILD_MEMORY = SLOT_ATTRIBUTES.indexOf('ChildMemory');

/** What one slot says of its worker. */
export interface Slot {
  readonly seen: SeenWorker;
  /** DaemonStartTime as it stands: slots of one start of a startd have the same. */
  readonly startedAt: number;
}

/** A slot, or what of it cannot be used. */
export type ReadSlot =
  | { readonly ok: true; readonly slot: Slot }
  | { readonly ok: false; readonly why: string };

const KIB_PER_MB = 1024;

const megabytes = (kib: Value): Value => (typeof kib === 'number' ? Math.floor(kib / KIB_PER_MB) : kib);

/** What is not a number is no room. */
const room = (value: Value): number => Math.max(0, numberOr(value, 0));

/** No claim is on such a slot: it is about to go, or broken, which HTCondor from 24 on leaves there for good. */
const UNCLAIMED: readonly Value[] = ['Unclaimed', 'Owner', 'Drained', 'Delete'];

interface Children {
  readonly claimed: Value;
  /** What those have that nobody has claimed. */
  readonly unclaimed: Pick<Resources, 'cpus' | 'memoryMb'>;
}

const childrenOf = (count: Value, cells: readonly string[]): Children => {
  const listed = (column: number) => listOf(cells[column] ?? '')?.map(readValue);
  const states = listed(CHILD_STATE);
  if (states === undefined) return { claimed: count, unclaimed: { cpus: 0, memoryMb: 0 } };
  const isUnclaimed = (_: Value, index: number) => UNCLAIMED.includes(states[index]);
  const unclaimed = (column: number) =>
    (listed(column) ?? []).filter(isUnclaimed).reduce<number>((sum, each) => sum + room(each), 0);
  return {
    claimed: states.length - states.filter(isUnclaimed).length,
    unclaimed: { cpus: unclaimed(CHILD_CPUS), memoryMb: unclaimed(CHILD_MEMORY) },
  };
};

/** Cores that are neither free nor of a child are in use by somebody, whatever the ad says of its children. */
const busyOf = ({ claimed, unclaimed }: Children, total: Value, free: number): Value =>
  claimed === 0 && typeof total === 'number' && free + unclaimed.cpus < total ? 1 : claimed;

/** A worker's clock may be wrong by so much; DaemonStartTime is by its own, LastHeardFrom by the collector's. */
const AHEAD_SECONDS = 600;

const isFromTheFuture = (startedAt: number, { lastHeardAt }: SeenWorker): boolean =>
  startedAt > lastHeardAt + AHEAD_SECONDS;

/** An ad is on its way for less than that; the clocks of worker and collector differ by what is beyond. */
const ON_ITS_WAY_SECONDS = 10;

/**
 * When a startd began, by the collector's clock: an ad says what its own clock says when it is written (MyCurrentTime), and the
 * collector when it came. By a clock that is a minute behind, a worker that wakes has begun before it was woken.
 */
const byCollectorsClock = (startedAt: number, heardAt: number, writtenAt: Value): number => {
  if (typeof writtenAt !== 'number') return startedAt;
  const behind = heardAt - writtenAt;
  return Math.abs(behind) <= ON_ITS_WAY_SECONDS ? startedAt : Math.min(startedAt + behind, heardAt);
};

/** The longest piece of what an ad says that a mistake repeats. */
const SHOWN_CHARACTERS = 40;

const mistakeIn = (field: string, cells: readonly string[]): ReadSlot => {
  const column = FIELDS.indexOf(field);
  const text = String(cells[column]).slice(0, SHOWN_CHARACTERS);
  return { ok: false, why: `${SLOT_ATTRIBUTES[column]} is ${text}` };
};

/** Which jobs it takes. An ad that names a queue and no fleet is of a worker from before there were fleets. */
const takenBy = ([queue, fleet, width, firstWidth, jobWallSeconds, endsAt]: readonly Value[]) => ({
  ...(fleet === undefined && queue !== undefined
    ? { fleet: DEFAULT_FLEET, queue }
    : { fleet: fleet ?? null }),
  ...(width === undefined ? {} : { width }),
  ...(firstWidth === undefined || firstWidth === 0 ? {} : { firstWidth }),
  ...(jobWallSeconds === undefined || jobWallSeconds === 0 ? {} : { jobWallSeconds }),
  ...(endsAt === undefined ? {} : { endsAt }),
});

/** Reads one row of SLOT_ATTRIBUTES; of the address only whether it has a CCB contact. */
export const slotOf = (cells: readonly string[]): ReadSlot => {
  if (cells.length !== SLOT_ATTRIBUTES.length) return { ok: false, why: 'its ad has tabs in it' };
  const [id, ...values] = cells.map(readValue);
  const [cpus, memory, disk, gpus, freeCpus, freeMemory, freeDisk, freeGpus, ...rest] = values.slice(WHOSE);
  const [count, , , , startedAt, lastHeardAt, reachable, writtenAt] = rest;
  const children = childrenOf(count, cells);
  const { unclaimed } = children;
  const parsed = seenWorker.safeParse({
    instanceId: id,
    ...takenBy(values),
    total: { cpus, memoryMb: memory, diskMb: megabytes(disk), gpus: numberOr(gpus, 0) },
    free: {
      cpus: room(freeCpus),
      memoryMb: room(freeMemory),
      diskMb: room(megabytes(freeDisk)),
      gpus: room(freeGpus),
    },
    ...(unclaimed.cpus + unclaimed.memoryMb === 0 ? {} : { unclaimed: { ...unclaimed, diskMb: 0, gpus: 0 } }),
    busy: busyOf(children, cpus, room(freeCpus)),
    draining: false,
    reachable: reachable === true,
    joinedAt: startedAt,
    lastHeardAt,
  });
  if (!parsed.success) return mistakeIn(String(parsed.error.issues[0]?.path.join('.')), cells);
  const seen = parsed.data;
  if (isFromTheFuture(seen.joinedAt, seen)) return mistakeIn('joinedAt', cells);
  const joinedAt = byCollectorsClock(seen.joinedAt, seen.lastHeardAt, writtenAt);
  return { ok: true, slot: { seen: { ...seen, joinedAt }, startedAt: seen.joinedAt } };
};
