import type { Paces } from './subject.ts';

/**
 * How long the contract lets things take, in seconds of the subject's own time. Here alone may a real pool and a
 * simulated one differ: what a simulated one does at once may take real programs `machineSeconds`.
 */
export interface Allowances {
  /** What the endpoint has confirmed is in the view. */
  readonly shows: number;
  /** A machine that has been switched on is a worker in the view. */
  readonly joins: number;
  /** A pilot that fits on a free worker of its queue runs. */
  readonly starts: number;
  /** A pilot that has come to its end has left the view and its worker. */
  readonly ends: number;
  /** A pilot whose worker is gone waits again. */
  readonly waitsAgain: number;
  /** A live worker that was forgotten is in the view again. */
  readonly returns: number;
  /** A restarted collector answers. */
  readonly answers: number;
  /** A restarted collector knows all workers: the first update of each is lost on it. */
  readonly allReturn: number;
}

export const allowances = (paces: Paces): Allowances => {
  const { machineSeconds, negotiatorSeconds, updateSeconds, leaseSeconds } = paces;
  return {
    shows: machineSeconds,
    joins: machineSeconds,
    starts: negotiatorSeconds + machineSeconds,
    ends: machineSeconds,
    waitsAgain: leaseSeconds + machineSeconds,
    returns: updateSeconds + machineSeconds,
    answers: machineSeconds,
    allReturn: 2 * updateSeconds + machineSeconds,
  };
};
