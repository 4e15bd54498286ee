import { instanceId, type PoolWorker, queueName } from '../core/model/pool.ts';
import { linesOf, numberOr, readValue, rowsOf, type Value } from './rows.ts';

/** What one answer of the collector says. */
export type SeenWorkers =
  | { readonly ok: false; readonly why: string }
  | {
      readonly ok: true;
      readonly collectorStartedAt: number;
      readonly workers: readonly SeenWorker[];
      /** Ads that name no readable instance or queue. */
      readonly unreadable: number;
    };

export type SeenWorker = Omit<PoolWorker, 'idleSince'>;

/**
 * Nothing new is matched to a slot whose Requirements are the word false. That is how condor_off -peaceful shows, while
 * State goes on to say Unclaimed. Evaluated, they are no use: without a job START is false on every healthy worker.
 */
const TAKES_NOTHING =
  'Draining =?= true || State =?= "Drained" || unparse(Requirements) =?= "false" || NODE_HEALTHY =?= false';

/**
 * Holds for an ad that says its instance and its name with plain texts. The collector looks at both when the ad comes; an
 * expression could be the sender's own then, and somebody else's when it is read.
 */
const WRITTEN_OUT = ['EC2InstanceId', 'Name']
  .map((attribute) => `unparse(${attribute}) == strcat("\\"", ${attribute}, "\\"")`)
  .join(' && ');

const COLUMNS = [
  `ifThenElse(EC2InstanceId is undefined, undefined, ifThenElse(${WRITTEN_OUT}, EC2InstanceId, "an expression"))`,
  'APF_QUEUE',
  'TotalSlotCpus',
  'TotalSlotMemory',
  'TotalSlotDisk',
  'TotalSlotGPUs',
  'Cpus',
  'Memory',
  'Disk',
  'GPUs',
  'NumDynamicSlots',
  TAKES_NOTHING,
  'regexp("CCBID=", MyAddress)',
  'DaemonStartTime',
  'LastHeardFrom',
  // Its master has it. The collector's own ad has no DaemonStartTime, but counts its statistics from its start.
  'COLLECTOR_StartTime isnt undefined ? COLLECTOR_StartTime : StatsLastUpdateTime - StatsLifetime',
] as const;

/**
 * One query for the workers and for who says when the collector started: with that ad an answer is never empty, so that
 * nothing at all is a fault and not an empty pool. It is the collector's own ad and that of the central manager's master,
 * whichever is there: a pool's COLLECTOR_REQUIREMENTS may keep out the first, which has no identity. No worker's ad is
 * one of them: each carries an instance id. Dynamic slots stay out: the partitionable one counts them.
 */
export const STATUS_ARGS: readonly string[] = [
  '-any',
  '-constraint',
  '(MyType == "Machine" && SlotType == "Partitionable" && EC2InstanceId isnt undefined) || MyType == "Collector" || ' +
    '(MyType == "DaemonMaster" && COLLECTOR_StartTime isnt undefined && EC2InstanceId is undefined)',
  '-af:tV',
  ...COLUMNS,
];

const KIB_PER_MB = 1024;
const megabytes = (kib: Value): number => Math.floor(numberOr(kib, 0) / KIB_PER_MB);
const atLeastNone = (value: Value): number => Math.max(0, numberOr(value, 0));

const workerOf = (row: readonly Value[]): SeenWorker | undefined => {
  const [id, queue, cpus, memory, disk, gpus, freeCpus, freeMemory, freeDisk, freeGpus, slots] = row;
  const [takesNothing, ccb, startedAt, heardAt] = row.slice(11);
  const named = instanceId.safeParse(id);
  const served = queueName.safeParse(queue);
  if (!named.success || !served.success) return undefined;
  if (typeof startedAt !== 'number' || typeof heardAt !== 'number') return undefined;
  return {
    instanceId: named.data,
    queue: served.data,
    total: {
      cpus: atLeastNone(cpus),
      memoryMb: atLeastNone(memory),
      diskMb: megabytes(disk),
      gpus: atLeastNone(gpus),
    },
    free: {
      cpus: atLeastNone(freeCpus),
      memoryMb: atLeastNone(freeMemory),
      diskMb: megabytes(freeDisk),
      gpus: atLeastNone(freeGpus),
    },
    busy: Math.trunc(atLeastNone(slots)),
    draining: takesNothing === true,
    reachable: ccb === true,
    joinedAt: startedAt,
    lastHeardAt: heardAt,
  };
};

/**
 * In the order of their instance ids. A startd that came back under another name leaves its first ad: the one heard
 * last is true.
 */
const latestOf = (workers: readonly SeenWorker[]): readonly SeenWorker[] => {
  const byId = new Map<string, SeenWorker>();
  for (const worker of workers) {
    const other = byId.get(worker.instanceId);
    if (other === undefined || other.lastHeardAt <= worker.lastHeardAt) byId.set(worker.instanceId, worker);
  }
  return [...byId.values()].sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
};

/** Reads the answer to STATUS_ARGS. */
export const readWorkers = (stdout: string): SeenWorkers => {
  const workers: SeenWorker[] = [];
  let collectorStartedAt: number | undefined;
  let unreadable = 0;
  for (const line of linesOf(stdout)) {
    const row = line.split('\t').map(readValue);
    if (row.length !== COLUMNS.length) return { ok: false, why: 'condor_status: a line with too few values' };
    if (row[0] === undefined) {
      // Of two that differ the later: whoever thinks it young waits for its workers.
      const startedAt = numberOr(row[COLUMNS.length - 1], 0);
      if (startedAt > 0) collectorStartedAt = Math.max(startedAt, collectorStartedAt ?? 0);
      continue;
    }
    const worker = workerOf(row);
    if (worker === undefined) unreadable += 1;
    else workers.push(worker);
  }
  if (collectorStartedAt === undefined) {
    return { ok: false, why: 'condor_status: nothing in the answer says when the collector started' };
  }
  return { ok: true, collectorStartedAt, workers: latestOf(workers), unreadable };
};

/** Arguments that ask for the slot names of these instances. */
export const locateArgs = (instanceIds: readonly string[]): readonly string[] => [
  '-constraint',
  `SlotType == "Partitionable" && ${anyOf(instanceIds)}`,
  '-af:tV',
  'EC2InstanceId',
  `ifThenElse(${WRITTEN_OUT}, Name, undefined)`,
  'Draining =?= true || State =?= "Drained"',
];

/** A ClassAd expression that holds for ads of these instances. */
export const anyOf = (instanceIds: readonly string[]): string =>
  `stringListMember(EC2InstanceId, ${JSON.stringify(instanceIds.join(','))}) =?= true`;

export interface Located {
  readonly slot: string;
  readonly draining: boolean;
}

/** Reads the answer to locateArgs: the slot of each instance that is there. */
export const readLocated = (stdout: string): ReadonlyMap<string, Located> =>
  new Map(
    rowsOf(stdout).flatMap(([id, slot, draining]) =>
      typeof id === 'string' && typeof slot === 'string' ? [[id, { slot, draining: draining === true }]] : [],
    ),
  );
