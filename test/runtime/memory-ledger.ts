import { keyOfJoins } from '../../core/learn/joins.ts';
import type { Account } from '../../core/model/account.ts';
import type { Decision } from '../../core/model/decision.ts';
import type { Mark } from '../../core/model/discrepancy.ts';
import { offerKey } from '../../core/model/flavours.ts';
import type { EndNote } from '../../core/model/instance.ts';
import type { OpenLaunch } from '../../core/model/launch.ts';
import type { Boots, Joins, Pace } from '../../core/model/learned.ts';
import type { Lease } from '../../core/model/lease.ts';
import type { CoolingRecord, LedgerView, SubmissionRecord } from '../../core/model/ledger.ts';
import type { ConsoleNote, EndedWorker, WorkerRecord, WorkerState } from '../../core/model/worker.ts';
import type {
  AccountBook,
  DecisionBook,
  EndBook,
  LaunchBook,
  LaunchSight,
  LeaseBook,
  LedgerSight,
  LoreBook,
  MarkBook,
  SubmissionBook,
  WorkerBook,
} from '../../core/ports.ts';
import { nextLease } from '../../core/write/lease.ts';

/** A ledger in memory: the same promises as the table's, without the table. */
type MemoryLedger = LedgerSight &
  DecisionBook &
  LeaseBook &
  LaunchBook &
  LaunchSight &
  WorkerBook &
  LoreBook &
  AccountBook &
  MarkBook &
  EndBook &
  SubmissionBook;

export interface Book {
  readonly ledger: MemoryLedger;
  /** Everything it holds but the leases, which say only who came last; to be compared. */
  all(): unknown;
}

const sorted = <T>(of: ReadonlyMap<string, T>): readonly (readonly [string, T])[] =>
  [...of].sort(([a], [b]) => (a < b ? -1 : 1));

const putOnce = <T>(into: Map<string, T>, key: string, value: T): boolean => {
  const isNew = !into.has(key);
  if (isNew) into.set(key, value);
  return isNew;
};

const isSame = (a: WorkerState, b: WorkerState): boolean => {
  const [one, other] = [Object.entries(a), new Map(Object.entries(b))];
  return one.every(([key, value]) => key === 'cause' || other.get(key) === value);
};

const leasesIn = (leases: Map<string, Lease>): LeaseBook => ({
  async take(wish) {
    const lease = nextLease(leases.get(wish.name), wish);
    if (lease.kind === 'lease') leases.set(wish.name, lease);
    return lease;
  },
  holds: async ({ name, fence }) => leases.get(name)?.fence === fence,
  async release(lease) {
    if (leases.get(lease.name)?.fence === lease.fence) leases.set(lease.name, { ...lease, until: lease.at });
  },
});

const launchesIn = (
  launches: Map<string, OpenLaunch>,
  workers: Map<string, WorkerRecord>,
  past: Map<string, string>,
  cooling: Map<string, CoolingRecord>,
): LaunchBook & LaunchSight => {
  const isStill = ({ request, intendedBy }: OpenLaunch) =>
    intendedBy !== undefined && launches.get(request.launchId)?.intendedBy === intendedBy;
  return {
    isAnyOpen: async () => launches.size > 0,
    async open(launch) {
      const { launchId } = launch.request;
      const there = launches.get(launchId);
      const isOurs = there === undefined || (there.intendedBy ?? Infinity) < (launch.intendedBy ?? 0);
      if (past.has(launchId) || !isOurs) return false;
      launches.set(launchId, launch);
      return true;
    },
    async ask(launch) {
      if (!isStill(launch)) return false;
      const { intendedBy: _, ...requested } = launch;
      launches.set(launch.request.launchId, requested);
      return true;
    },
    async withdraw(launch) {
      return isStill(launch) && launches.delete(launch.request.launchId);
    },
    async tokenKnown({ request }, tokenKnownAt) {
      const there = launches.get(request.launchId);
      if (there !== undefined) launches.set(request.launchId, { tokenKnownAt, ...there });
    },
    async close({ request }, brought, outcome) {
      for (const worker of brought) putOnce(workers, worker.instanceId, worker);
      past.set(request.launchId, outcome);
      launches.delete(request.launchId);
    },
    async cool(records) {
      for (const record of records) {
        const key = offerKey(record.offer);
        const there = cooling.get(key);
        const isLonger = there !== undefined && there.halvings === undefined && there.until >= record.until;
        if (!isLonger) cooling.set(key, record);
      }
    },
  };
};

const workersIn = (
  workers: Map<string, WorkerRecord>,
  ended: Map<string, EndedWorker>,
  gone: Map<string, WorkerRecord>,
): WorkerBook & Pick<AccountBook, 'price' | 'bury'> => ({
  find: async (id) => workers.get(id),
  async change({ worker, to }, at) {
    const there = workers.get(worker.instanceId);
    if (there === undefined || (to !== 'gone' && !isSame(worker.state, there.state))) return false;
    if (to === 'gone') {
      workers.delete(worker.instanceId);
      gone.set(worker.instanceId, there);
      const { cost, state } = there;
      const endedAt = state.kind === 'failed' ? state.at : at;
      if (cost !== undefined) ended.set(worker.instanceId, { worker: { ...there, cost }, endedAt });
    } else workers.set(worker.instanceId, { ...there, state: to });
    return true;
  },
  adopt: async (worker) => !ended.has(worker.instanceId) && putOnce(workers, worker.instanceId, worker),
  async price(worker, cost) {
    const there = workers.get(worker.instanceId);
    if (there !== undefined && there.cost === undefined) workers.set(worker.instanceId, { ...there, cost });
  },
  bury: async ({ worker }) => void ended.delete(worker.instanceId),
  async protect(worker, isProtected) {
    const there = workers.get(worker.instanceId);
    if (there !== undefined) workers.set(worker.instanceId, { ...there, isProtected });
  },
  async refuseEnd(worker, endRefused) {
    const there = workers.get(worker.instanceId);
    if (there !== undefined) workers.set(worker.instanceId, { ...there, endRefused });
  },
});

export const memoryLedger = (start: Partial<LedgerView> = {}): Book => {
  const decisions = new Map<string, Decision>();
  const launches = new Map((start.launches ?? []).map((of) => [of.request.launchId, of]));
  const workers = new Map((start.workers ?? []).map((of) => [of.instanceId, of]));
  const ended = new Map((start.ended ?? []).map((of) => [of.worker.instanceId, of]));
  const accounts = new Map((start.accounts ?? []).map((of): [string, Account] => [of.queue, of]));
  const boots = new Map((start.boots ?? []).map((of): [string, Boots] => [of.kind, of]));
  const joins = new Map((start.joins ?? []).map((of): [string, Joins] => [keyOfJoins(of), of]));
  const paces = new Map<string, Pace>(start.pace === undefined ? [] : [['launch', start.pace]]);
  const cooling = new Map<string, CoolingRecord>();
  const submissions = new Map<string, SubmissionRecord>();
  const past = new Map<string, string>();
  const consoles = new Map<string, ConsoleNote>();
  const marks = new Map<string, Mark>();
  const ends = new Map<string, EndNote>();
  const gone = new Map<string, WorkerRecord>();
  const ledger: MemoryLedger = {
    async view() {
      const pace = paces.get('launch');
      return {
        launches: [...launches.values()],
        workers: [...workers.values()],
        cooling: [...cooling.values()],
        submissions: Object.groupBy(submissions.values(), ({ queue }) => queue) as LedgerView['submissions'],
        pilotsEver: {},
        boots: [...boots.values()],
        accounts: [...accounts.values()],
        ended: [...ended.values()],
        joins: [...joins.values()],
        ...(pace === undefined ? {} : { pace }),
      };
    },
    async keep(decision) {
      const key = `${decision.of} ${decision.queue} ${decision.at}`;
      putOnce(decisions, key, decision);
      return decisions.get(key) ?? decision;
    },
    ...leasesIn(new Map()),
    ...launchesIn(launches, workers, past, cooling),
    ...workersIn(workers, ended, gone),
    async enter(account) {
      if ((accounts.get(account.queue)?.version ?? 0) !== account.version - 1) return false;
      accounts.set(account.queue, account);
      return true;
    },
    async pace(pace) {
      if (pace === undefined) paces.clear();
      else paces.set('launch', pace);
    },
    boots: async (of) => void boots.set(of.kind, of),
    joins: async (of) => void joins.set(keyOfJoins(of), of),
    console: async (note) => void consoles.set(note.worker.instanceId, note),
    lastState: async (_, instanceId) => (workers.get(instanceId) ?? gone.get(instanceId))?.state.kind,
    ended: async (note) => putOnce(ends, note.instanceId, note),
    marks: async () => [...marks.values()],
    mark: async (mark) => void putOnce(marks, `${mark.name}#${mark.subject}`, mark),
    unmark: async ({ name, subject }) => void marks.delete(`${name}#${subject}`),
    submitted: async (record) => void putOnce(submissions, record.requestId, record),
  };
  const all = () =>
    Object.fromEntries(
      Object.entries({
        decisions,
        launches,
        workers,
        cooling,
        submissions,
        past,
        boots,
        joins,
        paces,
        consoles,
        ends,
        marks,
        accounts,
        ended,
      }).map(([name, map]) => [name, sorted<unknown>(map)]),
    );
  return { ledger, all };
};
