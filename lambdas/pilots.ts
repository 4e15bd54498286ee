import { ledgerInputs } from '../adapters/ledger/inputs.ts';
import { connect } from '../runtime/connect/connect.ts';
import { onTimer } from '../runtime/handler.ts';
import { pilotsTick } from '../runtime/pilots-tick.ts';
import { watchingCertificates } from '../runtime/watch-certificates.ts';

const { env, sources, pool, certificates } = connect();
const book = ledgerInputs(env.AERIE_TABLE);

/** Queue 1, on a timer: keeps pilots waiting in the pool for the jobs that PanDA has ready. */
export const handler = onTimer(
  'pilots',
  env.AERIE_STAGE,
  ({ tell, find, missed }) =>
    watchingCertificates(
      pilotsTick({
        ...sources,
        pool: { view: pool.viewForPilots },
        pilots: pool,
        poolUsers: pool,
        tell,
        inputs: { book, missed },
      }),
      certificates,
      find,
    ),
  env.AERIE_QUEUE_METRICS,
);
