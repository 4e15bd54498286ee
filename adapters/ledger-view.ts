import * as z from 'zod';
import type { Account } from '../core/model/account.ts';
import type { OpenLaunch } from '../core/model/launch.ts';
import type { Boots, Joins, Pace } from '../core/model/learned.ts';
import type { CoolingRecord, LedgerView } from '../core/model/ledger.ts';
import type { EndedWorker, WorkerRecord } from '../core/model/worker.ts';
import {
  account,
  boots,
  coolingRecord,
  endMark,
  joins,
  openLaunch,
  pace,
  type QueueMemory,
  queueMemory,
  workerRecord,
} from './ledger-items.ts';

const itemKeys = z.object({ sk: z.string() });

/** Sorts the items of the live partition by their kind, in one pass. An item that does not parse is a bug, and throws. */
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
  const shelves: Readonly<Record<string, (item: unknown) => void>> = {
    launch: (item) => launches.push(openLaunch.parse(item)),
    worker: (item) => {
      const worker = workerRecord.parse(item);
      const { endedAt } = endMark.parse(item);
      if (endedAt === undefined) workers.push(worker);
      else if (worker.cost !== undefined) {
        ended.push({ worker: { ...worker, cost: worker.cost }, endedAt });
      }
    },
    account: (item) => accounts.push(account.parse(item)),
    cooling: (item) => cooling.push(coolingRecord.parse(item)),
    queue: (item) => memories.push(queueMemory.parse(item)),
    pace: (item) => paces.push(pace.parse(item)),
    boots: (item) => booted.push(boots.parse(item)),
    joins: (item) => joined.push(joins.parse(item)),
  };
  for (const item of items) {
    const { sk } = itemKeys.parse(item);
    const shelve = shelves[sk.slice(0, sk.indexOf('#'))];
    if (shelve === undefined) throw new Error(`the ledger holds a live item of no known kind: ${sk}`);
    shelve(item);
  }
  const [slowedDown] = paces;
  return {
    ...(slowedDown === undefined ? {} : { pace: slowedDown }),
    ...(booted.length === 0 ? {} : { boots: booted }),
    ...(accounts.length === 0 ? {} : { accounts }),
    ...(ended.length === 0 ? {} : { ended }),
    ...(joined.length === 0 ? {} : { joins: joined }),
    launches,
    workers,
    cooling,
    submissions: Object.fromEntries(memories.map(({ queue, recent }) => [queue, recent])),
    pilotsEver: Object.fromEntries(memories.map(({ queue, pilotsEver }) => [queue, pilotsEver])),
  };
};
