import { certificates } from '../../adapters/certificates.ts';
import { type EndpointOptions, endpoint } from '../../adapters/endpoint.ts';
import { ledger } from '../../adapters/ledger/ledger.ts';
import { noPanda, panda } from '../../adapters/panda.ts';
import { endpointSecret } from '../../adapters/parameters.ts';
import { settingsStore } from '../../adapters/settings-store.ts';
import { type Environment, placeOf, readEnvironment } from '../run/environment.ts';
import { settingsSource } from './settings-source.ts';

/** Everything but EC2, which only those who launch should load: it is the heaviest client. */
export const connect = (
  env: Environment = readEnvironment(process.env),
  asked: Pick<EndpointOptions, 'nudge'> = {},
) => {
  const timeoutSeconds = env.AERIE_HTTP_TIMEOUT_SECONDS;
  const random = Math.random;
  const seen = certificates();
  const pool = endpoint({
    baseUrl: env.AERIE_ENDPOINT_URL,
    stage: env.AERIE_STAGE,
    timeoutSeconds,
    memoryMb: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    random,
    certificates: seen,
    secret: endpointSecret(env.AERIE_STAGE),
    ...asked,
  });
  return {
    env,
    pool,
    certificates: seen,
    sources: {
      settings: settingsSource(settingsStore(env.AERIE_TABLE), placeOf(env)),
      panda:
        env.AERIE_PANDA_URL === undefined
          ? noPanda
          : panda({ baseUrl: env.AERIE_PANDA_URL, timeoutSeconds, random, certificates: seen }),
      pool,
      ledger: ledger(env.AERIE_TABLE),
    },
  };
};
