import { keyOfJoins } from '../../core/learn/joins.ts';
import type { Ledger } from '../../core/ledger.ts';
import { whose } from '../../core/model/decision.ts';
import { offerKey } from '../../core/model/flavours.ts';
import type { LedgerView } from '../../core/model/ledger.ts';
import type { EndedWorker, WorkerRecord } from '../../core/model/worker.ts';
import { nextLease } from '../../core/write/lease.ts';
import { NO_MEMORY, withSubmission } from '../../core/write/submissions.ts';
import { memoryLaunches } from './launches.ts';
import { type AtOnce, type Maps, maps, putOnce, type Standing } from './maps.ts';
import { memoryAccounts, memoryEnds, memoryWorkers } from './workers.ts';

/** The table has them in this order. */
const byInstance = (a: WorkerRecord, b: WorkerRecord): number => (a.instanceId < b.instanceId ? -1 : 1);

/** Those that live, and those that are over and not booked. In a loop: the bench looks at thousands in every turn. */
const apart = (standing: Iterable<Standing>): Required<Pick<LedgerView, 'workers' | 'ended'>> => {
  const workers: WorkerRecord[] = [];
  const ended: EndedWorker[] = [];
  for (const { worker, endedAt } of standing) {
    const { cost } = worker;
    if (endedAt === undefined) workers.push(worker);
    else if (cost !== undefined) ended.push({ worker: { ...worker, cost }, endedAt });
  }
  return { workers: workers.sort(byInstance), ended };
};

const viewOf = ({ memories, paces, ...of }: Maps): LedgerView => {
  const [pace] = paces.values();
  const queues = [...memories.values()];
  const { workers, ended } = apart(of.workers.values());
  return {
    launches: [...of.launches.values()],
    workers,
    cooling: [...of.cooling.values()],
    submissions: Object.fromEntries(queues.map(({ queue, recent }) => [queue, recent])),
    pilotsEver: Object.fromEntries(queues.map(({ queue, pilotsEver }) => [queue, pilotsEver])),
    ...(pace === undefined ? {} : { pace }),
    ...(of.boots.size === 0 ? {} : { boots: [...of.boots.values()] }),
    ...(of.joins.size === 0 ? {} : { joins: [...of.joins.values()] }),
    ...(of.accounts.size === 0 ? {} : { accounts: [...of.accounts.values()] }),
    ...(ended.length === 0 ? {} : { ended }),
  };
};

const memoryLeases = ({ leases }: Maps): AtOnce<Ledger['leases']> => {
  const isStill = ({ name, fence }: { readonly name: string; readonly fence: number }): boolean =>
    leases.get(name)?.fence === fence;
  return {
    take(wish) {
      const lease = nextLease(leases.get(wish.name), wish);
      if (lease.kind === 'lease') leases.set(wish.name, lease);
      return lease;
    },
    holds: isStill,
    release(lease) {
      if (isStill(lease)) leases.set(lease.name, { ...lease, until: lease.at });
    },
  };
};

const memoryLearned = ({ cooling, paces, boots, joins }: Maps): AtOnce<Ledger['learned']> => ({
  cool(records) {
    for (const record of records) {
      const key = offerKey(record.offer);
      const there = cooling.get(key);
      const isLonger = there !== undefined && there.halvings === undefined && there.until >= record.until;
      if (!isLonger) cooling.set(key, record);
    }
  },
  pace(pace) {
    if (pace === undefined) paces.clear();
    else paces.set('launch', pace);
  },
  boots: (of) => void boots.set(of.kind, of),
  joins: (of) => void joins.set(keyOfJoins(of), of),
});

/**
 * The ledger in memory: the promises of the one in the table, without a table and without waiting. For simulations and
 * tests; test/contract/ledger.ts holds both to the same. It is an adapter like the table's, so that the bench, which has
 * no business in test/, can use it too.
 */
export const memoryLedger = (start: Partial<LedgerView> = {}) => {
  const held = maps(start);
  const { decisions, memories, marks } = held;
  const ledger: AtOnce<Ledger> = {
    view: () => viewOf(held),
    viewForPilots: () => viewOf({ ...held, workers: new Map() }),
    decisions: {
      keep(decision) {
        const key = `${decision.of} ${whose(decision)} ${decision.at}`;
        putOnce(decisions, key, decision);
        return decisions.get(key) ?? decision;
      },
    },
    leases: memoryLeases(held),
    launches: memoryLaunches(held),
    workers: memoryWorkers(held),
    learned: memoryLearned(held),
    accounts: memoryAccounts(held),
    submissions: {
      add(record) {
        const before = memories.get(record.queue) ?? NO_MEMORY(record.queue);
        memories.set(record.queue, withSubmission(before, record));
      },
    },
    ends: memoryEnds(held),
    marks: {
      all: () => [...marks.values()],
      add: (mark) => void putOnce(marks, `${mark.name}#${mark.subject}`, mark),
      remove: ({ name, subject }) => void marks.delete(`${name}#${subject}`),
    },
  };
  return { ledger, held };
};
