import type { Decision, Retirement } from '../core/decisions.ts';
import { next } from '../core/life.ts';
import type { Cloud, PoolWorkers, WorkerBook } from '../core/ports.ts';
import type { WorkerRecord } from '../core/records.ts';
import type { Failures } from './failures.ts';
import { forEach } from './parallel.ts';

export interface RetirePorts {
  readonly cloud: Cloud;
  readonly workers: WorkerBook;
  readonly poolWorkers: PoolWorkers;
}

/**
 * Takes the decided steps out of service: all drains in one call, all terminations in one call, and neither waits for
 * the other. A drain counts from when it was asked for, whether or not the worker could be reached: its deadline has
 * to run.
 */
export const retire = async (
  decisions: readonly Decision[],
  workers: readonly WorkerRecord[],
  ports: RetirePorts,
  failures: Failures,
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
  const drain = async (): Promise<void> => {
    const drains = steps.filter(({ step }) => step === 'drain');
    if (drains.length === 0) return;
    await forEach(drains, mark);
    await ports.poolWorkers.drain(drains.map(({ instanceId }) => instanceId));
  };
  const terminate = async (): Promise<void> => {
    const ends = steps.filter(({ step }) => step === 'terminate');
    if (ends.length === 0) return;
    const taken = new Set(await ports.cloud.terminate(ends.map(({ instanceId }) => instanceId)));
    await forEach(
      ends.filter(({ instanceId }) => taken.has(instanceId)),
      mark,
    );
  };
  await failures.during(drain);
  await failures.during(terminate);
};
