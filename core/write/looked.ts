import { isOfEc2 } from '../model/clouds.ts';
import type { Instance } from '../model/instance.ts';
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

/** A worker whose launch its cloud had accepted, and then had no room for: with why. */
export interface RefusedLater {
  readonly worker: WorkerRecord;
  readonly instance: Instance & Required<Pick<Instance, 'refusedFor'>>;
}

/** Workers that were accepted and then refused. They have never run, and say nothing of their image. */
export const refusedLater = (
  workers: readonly WorkerRecord[],
  listed: readonly Instance[],
): readonly RefusedLater[] => {
  const booting = new Map(
    workers.flatMap((worker) =>
      worker.state.kind === 'booting' ? [[worker.instanceId, worker] as const] : [],
    ),
  );
  return listed.flatMap((instance) => {
    const worker = booting.get(instance.instanceId);
    const { refusedFor } = instance;
    return worker === undefined || refusedFor === undefined
      ? []
      : [{ worker, instance: { ...instance, refusedFor } }];
  });
};
