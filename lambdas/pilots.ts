import { connect } from '../runtime/connect.ts';
import { onTimer } from '../runtime/handler.ts';
import { pilotsTick } from '../runtime/pilots-tick.ts';
import { watchingCertificates } from '../runtime/watch-certificates.ts';

const { env, sources, pool, certificates } = connect();

/** Queue 1, on a timer: keeps pilots waiting in the pool for the jobs that PanDA has ready. */
export const handler = onTimer(
  'pilots',
  env.AERIE_STAGE,
  ({ tell, find }) =>
    watchingCertificates(
      pilotsTick({ ...sources, pool: { view: pool.viewForPilots }, pilots: pool, poolUsers: pool, tell }),
      certificates,
      find,
    ),
  env.AERIE_QUEUE_METRICS,
);
