import type { Decision } from '../../core/decisions.ts';
import { offerKey } from '../../core/flavours.ts';
import type { DecisionBook, LaunchBook, LedgerSight, SubmissionBook, WorkerBook } from '../../core/ports.ts';
import type {
  CoolingRecord,
  LedgerView,
  OpenLaunch,
  SubmissionRecord,
  WorkerRecord,
} from '../../core/records.ts';

/** A ledger in memory: the same promises as the table's, without the table. */
type MemoryLedger = LedgerSight & DecisionBook & LaunchBook & WorkerBook & SubmissionBook;

export interface Book {
  readonly ledger: MemoryLedger;
  /** Everything it holds, to be compared. */
  all(): unknown;
}

const sorted = <T>(of: ReadonlyMap<string, T>): readonly (readonly [string, T])[] =>
  [...of].sort(([a], [b]) => (a < b ? -1 : 1));

export const memoryLedger = (start: Partial<LedgerView> = {}): Book => {
  const decisions = new Map<string, Decision>();
  const launches = new Map((start.launches ?? []).map((of) => [of.request.launchId, of]));
  const workers = new Map((start.workers ?? []).map((of) => [of.instanceId, of]));
  const cooling = new Map<string, CoolingRecord>();
  const submissions = new Map<string, SubmissionRecord>();
  const past = new Map<string, string>();
  const putOnce = <T>(into: Map<string, T>, key: string, value: T): T => {
    const there = into.get(key);
    if (there === undefined) into.set(key, value);
    return there ?? value;
  };
  const ledger: MemoryLedger = {
    view: async () => ({
      launches: [...launches.values()],
      workers: [...workers.values()],
      cooling: [...cooling.values()],
      submissions: Object.groupBy(submissions.values(), ({ queue }) => queue) as LedgerView['submissions'],
      pilotsEver: {},
    }),
    keep: async (decision) => putOnce(decisions, `${decision.of} ${decision.queue} ${decision.at}`, decision),
    async open(launch) {
      const { launchId } = launch.request;
      if (past.has(launchId) || launches.has(launchId)) return false;
      putOnce(launches, launchId, launch);
      return true;
    },
    close: async ({ request }: OpenLaunch, brought: readonly WorkerRecord[], outcome: string) => {
      for (const worker of brought) putOnce(workers, worker.instanceId, worker);
      past.set(request.launchId, outcome);
      launches.delete(request.launchId);
    },
    cool: async (records) => {
      for (const record of records) cooling.set(offerKey(record.offer), record);
    },
    find: async (id) => workers.get(id),
    change: async ({ worker, to }) => {
      const there = workers.get(worker.instanceId);
      if (there === undefined || (to !== 'gone' && there.state.kind !== worker.state.kind)) return;
      if (to === 'gone') workers.delete(worker.instanceId);
      else workers.set(worker.instanceId, { ...there, state: to });
    },
    submitted: async (record) => void putOnce(submissions, record.requestId, record),
  };
  const all = () => ({
    decisions: sorted(decisions),
    launches: sorted(launches),
    workers: sorted(workers),
    cooling: sorted(cooling),
    submissions: sorted(submissions),
    past: sorted(past),
  });
  return { ledger, all };
};
