import type { Decision, Retirement } from '../core/decisions.ts';
import { next } from '../core/life.ts';
import type { Cloud, PoolWorkers, WorkerBook } from '../core/ports.ts';
import type { WorkerRecord } from '../core/records.ts';
import { forEach } from './parallel.ts';

export interface RetirePorts {
  readonly cloud: Cloud;
  readonly workers: WorkerBook;
  readonly poolWorkers: PoolWorkers;
}

/** Takes the decided steps out of service: all drains in one call, all terminations in one call. */
export const retire = async (
  decisions: readonly Decision[],
  workers: readonly WorkerRecord[],
  ports: RetirePorts,
  now: number,
): Promise<void> => {
  const steps = decisions.flatMap((decision) => (decision.kind === 'act' ? decision.retirements : []));
  const byId = new Map(workers.map((worker) => [worker.instanceId, worker]));
  const mark = async ({ instanceId, cause, step }: Retirement): Promise<void> => {
    const worker = byId.get(instanceId);
    if (worker === undefined) return;
    const kind = step === 'drain' ? 'drained' : 'ended-asked';
    const to = next(worker.state, { kind, at: now, cause });
    if (to !== worker.state) await ports.workers.change({ worker, to }, now);
  };
  const idsOf = (step: Retirement['step']) =>
    steps.filter((of) => of.step === step).map(({ instanceId }) => instanceId);

  const toDrain = idsOf('drain');
  const drained = toDrain.length === 0 ? [] : (await ports.poolWorkers.drain(toDrain)).done;
  const toEnd = idsOf('terminate');
  const ended = toEnd.length === 0 ? [] : await ports.cloud.terminate(toEnd);
  const taken = new Set([...drained, ...ended]);
  await forEach(
    steps.filter(({ instanceId }) => taken.has(instanceId)),
    mark,
  );
};
