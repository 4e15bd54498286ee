import type { WorkerState } from './records.ts';

/** Causes of the drains that EC2 orders: it takes a spot machine back, or says that it soon may. */
export const INTERRUPTION = 'spot interruption warning';
export const REBALANCE = 'spot rebalance recommendation';

/** Whether EC2 took a worker back, or said that it would. */
export const isReclaimed = (state: WorkerState): boolean =>
  (state.kind === 'draining' || state.kind === 'retiring') &&
  (state.cause === INTERRUPTION || state.cause === REBALANCE);
