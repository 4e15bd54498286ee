import * as z from 'zod';
import { type Account, account } from '../core/model/account.ts';
import { type OpenLaunch, openLaunch } from '../core/model/launch.ts';
import { type Boots, boots, type Joins, joins, type Pace, pace } from '../core/model/learned.ts';
import {
  type CoolingRecord,
  coolingRecord,
  type LedgerView,
  type QueueMemory,
  queueMemory,
  type UnreadItem,
} from '../core/model/ledger.ts';
import { type EndedWorker, type WorkerRecord, workerRecord } from '../core/model/worker.ts';
import { readItem } from './ledger-version.ts';

const head = z.object({ sk: z.string() });

/** `endedAt`: of a worker that is over and stays until its cost is booked. */
const workerItem = z.object({ endedAt: z.number().exactOptional(), ...workerRecord.shape });

const queueOfItem = z.union([
  z.object({ queue: z.string() }).transform(({ queue }) => queue),
  z.object({ request: z.object({ queue: z.string() }) }).transform(({ request }) => request.queue),
]);

/**
 * Sorts the items of the live partition by their kind, in one pass. One that cannot be read is told as unread: whatever
 * rests on it holds, and nothing else does.
 */
export const viewOf = (items: readonly unknown[]): LedgerView => {
  const launches: OpenLaunch[] = [];
  const workers: WorkerRecord[] = [];
  const cooling: CoolingRecord[] = [];
  const memories: QueueMemory[] = [];
  const paces: Pace[] = [];
  const booted: Boots[] = [];
  const accounts: Account[] = [];
  const ended: EndedWorker[] = [];
  const joined: Joins[] = [];
  const unread: UnreadItem[] = [];

  const doubt = (key: string, item: unknown, why: string): void => {
    const queue = queueOfItem.safeParse(item).data;
    unread.push(queue === undefined ? { key, why } : { key, queue, why });
  };
  const shelf =
    <S extends z.ZodType>(schema: S, put: (value: z.output<S>) => void) =>
    (item: unknown, sk: string): void => {
      const read = readItem(schema, item);
      if (read.ok) put(read.value);
      else doubt(sk, item, read.why);
    };
  const shelves: Readonly<Record<string, (item: unknown, sk: string) => void>> = {
    launch: shelf(openLaunch, (of) => launches.push(of)),
    worker: shelf(workerItem, ({ endedAt, ...worker }) => {
      const { cost } = worker;
      if (endedAt === undefined) workers.push(worker);
      else if (cost !== undefined) ended.push({ worker: { ...worker, cost }, endedAt });
    }),
    account: shelf(account, (of) => accounts.push(of)),
    cooling: shelf(coolingRecord, (of) => cooling.push(of)),
    queue: shelf(queueMemory, (of) => memories.push(of)),
    pace: shelf(pace, (of) => paces.push(of)),
    boots: shelf(boots, (of) => booted.push(of)),
    joins: shelf(joins, (of) => joined.push(of)),
  };
  for (const item of items) {
    const { sk } = head.parse(item);
    const shelve = shelves[sk.slice(0, sk.indexOf('#'))];
    if (shelve === undefined) doubt(sk, item, 'is of a kind that this version does not know');
    else shelve(item, sk);
  }
  const [slowedDown] = paces;
  return {
    ...(slowedDown === undefined ? {} : { pace: slowedDown }),
    ...(booted.length === 0 ? {} : { boots: booted }),
    ...(accounts.length === 0 ? {} : { accounts }),
    ...(ended.length === 0 ? {} : { ended }),
    ...(joined.length === 0 ? {} : { joins: joined }),
    ...(unread.length === 0 ? {} : { unread }),
    launches,
    workers,
    cooling,
    submissions: Object.fromEntries(memories.map(({ queue, recent }) => [queue, recent])),
    pilotsEver: Object.fromEntries(memories.map(({ queue, pilotsEver }) => [queue, pilotsEver])),
  };
};
