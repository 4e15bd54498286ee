import { INTERRUPTION, REBALANCE } from '../core/interruption.ts';
import { next } from '../core/life.ts';
import type { PoolWorkers, WorkerBook } from '../core/ports.ts';
import type { WorkerRecord } from '../core/records.ts';
import type { Ec2Event } from './ec2-event.ts';

export interface EventsPorts {
  readonly workers: WorkerBook;
  readonly poolWorkers: PoolWorkers;
}

const ended = async (worker: WorkerRecord, ports: EventsPorts, now: number): Promise<void> => {
  await ports.poolWorkers.forget([worker.instanceId]);
  // One that never joined stays, as failed: the next tick of the workers counts it, and keeps its console.
  const to = next(worker.state, { kind: 'gone', at: now });
  if (to !== worker.state) await ports.workers.change({ worker, to }, now);
};

/**
 * A worker that is about to be taken gets no new jobs, and one that is not in the pool yet is not counted on any more.
 * The pool is told whatever the ledger says: while ticks hold, workers join and work that it still calls booting.
 */
const leaving = async (
  worker: WorkerRecord,
  cause: string,
  ports: EventsPorts,
  now: number,
): Promise<void> => {
  await ports.poolWorkers.drain([worker.instanceId]);
  const to = next(worker.state, { kind: 'drained', at: now, cause, undated: true });
  if (to !== worker.state) await ports.workers.change({ worker, to }, now);
};

/**
 * What an EC2 event means for one worker. Events carry no tags and come for every instance of the account: one that is
 * not in the ledger is not ours to touch. Doing this twice does nothing more.
 */
export const workerEvent = async (event: Ec2Event, ports: EventsPorts): Promise<'ours' | 'not ours'> => {
  const worker = await ports.workers.find(event.instanceId);
  if (worker === undefined) return 'not ours';
  switch (event.kind) {
    case 'ended':
      await ended(worker, ports, event.at);
      return 'ours';
    case 'interruption':
      await leaving(worker, INTERRUPTION, ports, event.at);
      return 'ours';
    case 'rebalance':
      await leaving(worker, REBALANCE, ports, event.at);
      return 'ours';
    case 'other':
      return 'ours';
    default:
      return event.kind satisfies never;
  }
};
