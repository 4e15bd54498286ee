/** Which tick: there is one writer of workers and one of pilots to a pool. */
type LeaseName = 'workers' | 'pilots';

/**
 * Who wants to act, and on what: the tick's moment, the moment of the pool's view (the pool's clock), and the jobs that
 * run on all of PanDA's sites. A container forgets what it saw last; the lease does not.
 */
export interface LeaseWish {
  readonly name: LeaseName;
  readonly at: number;
  readonly viewedAt: number;
  readonly pandaRunning?: number;
}

/** The lease as it is held: each taking has a higher fence than all before it. */
export interface Lease extends LeaseWish {
  readonly kind: 'lease';
  readonly fence: number;
  /** Until when nobody else may take it; a holder that is done lets go earlier. */
  readonly until: number;
}
