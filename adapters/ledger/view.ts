import * as z from 'zod';
import { type Account, account } from '../../core/model/account.ts';
import { type OpenLaunch, openLaunch } from '../../core/model/launch.ts';
import { type Boots, boots, type Joins, joins, type Pace, pace } from '../../core/model/learned.ts';
import {
  type CoolingRecord,
  coolingRecord,
  type LedgerView,
  type QueueMemory,
  queueMemory,
  type UnreadItem,
} from '../../core/model/ledger.ts';
import type { EndedWorker, WorkerRecord } from '../../core/model/worker.ts';
import { accountInFleet, launchInFleet, whoseItem } from './fleets.ts';
import { type Reading, readItem } from './version.ts';
import { type FixedOf, readWorker } from './worker-item.ts';

const head = z.object({ sk: z.string() });

const keyOf = (item: unknown): string =>
  typeof item === 'object' && item !== null && 'sk' in item && typeof item.sk === 'string'
    ? item.sk
    : head.parse(item).sk;

const kindOf = (key: string): string => key.slice(0, key.indexOf('#'));

/** Takes the items of the live partition, page by page, and answers with what they come to. */
export interface ViewReader {
  take(page: readonly unknown[]): void;
  view(): LedgerView;
}

/**
 * Sorts the items of the live partition by their kind, in one pass. One that cannot be read is told as unread: whatever
 * rests on it holds, and nothing else does.
 */
export const viewReader = (fixedOf?: FixedOf): ViewReader => {
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
    const whose = whoseItem(kindOf(key), item);
    unread.push(whose === undefined ? { key, why } : { key, whose, why });
  };
  const shelved =
    <T>(reading: (item: unknown, sk: string) => Reading<T>, put: (value: T) => void) =>
    (item: unknown, sk: string): void => {
      const read = reading(item, sk);
      if (read.ok) put(read.value);
      else doubt(sk, item, read.why);
    };
  const shelf = <S extends z.ZodType>(
    schema: S,
    put: (value: z.output<S>) => void,
    asOfToday = (item: unknown): unknown => item,
  ) => shelved((item) => readItem(schema, asOfToday(item)), put);
  const shelves: Readonly<Record<string, (item: unknown, sk: string) => void>> = {
    launch: shelf(openLaunch, (of) => launches.push(of), launchInFleet),
    worker: shelved(
      (item, sk) => readWorker(item, sk, fixedOf),
      (of) => {
        if (of.endedAt === undefined) {
          workers.push(of);
          return;
        }
        const { endedAt, cost, ...worker } = of;
        if (cost !== undefined) ended.push({ worker: { ...worker, cost }, endedAt });
      },
    ),
    account: shelf(account, (of) => accounts.push(of), accountInFleet),
    cooling: shelf(coolingRecord, (of) => cooling.push(of)),
    queue: shelf(queueMemory, (of) => memories.push(of)),
    pace: shelf(pace, (of) => paces.push(of)),
    boots: shelf(boots, (of) => booted.push(of)),
    joins: shelf(joins, (of) => joined.push(of)),
  };
  const take = (page: readonly unknown[]): void => {
    for (const item of page) {
      const sk = keyOf(item);
      const shelve = shelves[kindOf(sk)];
      if (shelve === undefined) doubt(sk, item, 'is of a kind that this version does not know');
      else shelve(item, sk);
    }
  };
  const view = (): LedgerView => ({
    ...(paces[0] === undefined ? {} : { pace: paces[0] }),
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
  });
  return { take, view };
};
