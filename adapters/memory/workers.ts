import type { Ledger } from '../../core/ledger.ts';
import { afterChange, type WorkerRecord, type WorkerState } from '../../core/model/worker.ts';
import type { AtOnce } from './maps.ts';
import { accountKey, changeIf, type Maps, putOnce } from './maps.ts';

/** Whether a worker still stands as it was seen, in every particular. */
const isStill = (seen: WorkerState, there: WorkerState): boolean => {
  const now = new Map<string, unknown>(Object.entries(there));
  return Object.entries(seen).every(([name, value]) => name === 'cause' || now.get(name) === value);
};

const pastKey = ({ fleet, instanceId }: WorkerRecord): string => `${fleet} ${instanceId}`;

export const memoryWorkers = ({ workers, pastWorkers }: Maps): AtOnce<Ledger['workers']> => ({
  find(instanceId) {
    const there = workers.get(instanceId);
    return there?.endedAt === undefined ? there?.worker : undefined;
  },
  change({ worker, to, as }, at) {
    const { instanceId } = worker;
    if (to !== 'gone') {
      return changeIf(workers, instanceId, ({ worker: there, endedAt }) =>
        endedAt === undefined && isStill(worker.state, there.state)
          ? { worker: afterChange(there, to, as) }
          : undefined,
      );
    }
    const there = workers.get(instanceId);
    const hasCost = there?.worker.cost !== undefined;
    if (worker.cost === undefined || (there !== undefined && !hasCost)) {
      pastWorkers.set(pastKey(worker), worker);
    }
    if (there === undefined || there.endedAt !== undefined) return false;
    if (!hasCost) return workers.delete(instanceId);
    const endedAt = worker.state.kind === 'failed' ? worker.state.at : at;
    workers.set(instanceId, { worker: there.worker, endedAt });
    return true;
  },
  adopt: (worker) => putOnce(workers, worker.instanceId, { worker }),
  protect({ instanceId }, isProtected) {
    changeIf(workers, instanceId, (of) => ({ ...of, worker: { ...of.worker, isProtected } }));
  },
  letStop({ instanceId }, mayStop) {
    return changeIf(workers, instanceId, ({ worker: there, ...of }) => {
      if (mayStop === true && there.mayStop === true) return undefined;
      const { mayStop: _, stopRefusedAt: __, ...worker } = there;
      const change = mayStop === true ? { mayStop } : { stopRefusedAt: mayStop.refusedAt };
      return { ...of, worker: { ...worker, ...change } };
    });
  },
  refuseEnd({ instanceId }, endRefused) {
    changeIf(workers, instanceId, (of) => ({ ...of, worker: { ...of.worker, endRefused } }));
  },
});

export const memoryAccounts = ({ workers, accounts, pastWorkers }: Maps): AtOnce<Ledger['accounts']> => ({
  price({ instanceId }, cost) {
    changeIf(workers, instanceId, (of) =>
      of.worker.cost === undefined ? { ...of, worker: { ...of.worker, cost } } : undefined,
    );
  },
  enter(account) {
    if ((accounts.get(accountKey(account))?.version ?? 0) !== account.version - 1) return false;
    accounts.set(accountKey(account), account);
    return true;
  },
  bury({ worker }) {
    pastWorkers.set(pastKey(worker), worker);
    if (workers.get(worker.instanceId)?.endedAt !== undefined) workers.delete(worker.instanceId);
  },
});

export const memoryEnds = ({ workers, pastWorkers, ends, consoles }: Maps): AtOnce<Ledger['ends']> => ({
  lastState(fleet, instanceId) {
    const there = workers.get(instanceId)?.worker ?? pastWorkers.get(`${fleet} ${instanceId}`);
    return there?.state.kind;
  },
  keep: (note) => putOnce(ends, note.instanceId, note),
  keepConsole: (note) => void consoles.set(note.worker.instanceId, note),
});
