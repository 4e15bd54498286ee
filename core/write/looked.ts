import { isOfEc2 } from '../model/clouds.ts';
import { type Instance, isProtected } from '../model/instance.ts';
import type { WorkerRecord } from '../model/worker.ts';

const isWithoutPower = ({ state }: Instance): boolean => state === 'stopping' || state === 'stopped';

const hasPower = ({ state }: Instance): boolean => state === 'pending' || state === 'running';

const hasEnded = ({ state }: Instance): boolean => state === 'shutting-down' || state === 'terminated';

/** Whether what a cloud shows of a worker is not what the ledger has of it. */
const isNews = ({ state }: WorkerRecord, shown: Instance | undefined): boolean => {
  if (state.kind === 'failed') return false;
  if (shown === undefined) return true;
  switch (state.kind) {
    case 'joined':
    case 'missing':
    case 'draining':
      return isWithoutPower(shown) || hasEnded(shown);
    case 'asleep':
      return (state.stopping === true && shown.state === 'stopped') || hasPower(shown) || hasEnded(shown);
    case 'booting':
    case 'waking':
      return hasEnded(shown);
    case 'retiring':
      return false;
    default:
      return state satisfies never;
  }
};

/**
 * Workers of a cloud that reports nothing by itself and whose list shows them otherwise than the ledger has them: they are
 * asked about one by one, for a line that is missing in a list is no end.
 */
export const newsOf = (workers: readonly WorkerRecord[], listed: readonly Instance[]): readonly string[] => {
  const shown = new Map(listed.map((instance) => [instance.instanceId, instance]));
  return workers
    .filter((worker) => !isOfEc2(worker.instanceId) && isNews(worker, shown.get(worker.instanceId)))
    .map(({ instanceId }) => instanceId);
};

/** A worker whose machine has failed at its cloud. `refusedFor`: the launch was accepted and then found no room; it has never run. */
export interface FailedThere {
  readonly worker: WorkerRecord;
  readonly instance: Instance;
  readonly refusedFor?: NonNullable<Instance['refusedFor']>;
}

/** Workers whose machines have failed, and that nobody ends yet, nor is to leave alone. */
export const failedThere = (
  workers: readonly WorkerRecord[],
  shown: readonly Instance[],
): readonly FailedThere[] => {
  const failed = shown.filter((instance) => instance.state === 'failed' && !isProtected(instance));
  const byId = new Map(workers.map((worker) => [worker.instanceId, worker]));
  return failed.flatMap((instance): readonly FailedThere[] => {
    const worker = byId.get(instance.instanceId);
    if (worker === undefined || worker.isProtected === true) return [];
    const { state } = worker;
    if (state.kind === 'retiring' || state.kind === 'failed') return [];
    const { refusedFor } = instance;
    return state.kind === 'booting' && refusedFor !== undefined
      ? [{ worker, instance, refusedFor }]
      : [{ worker, instance }];
  });
};
