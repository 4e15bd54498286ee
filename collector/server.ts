import type { Server } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type ApiOptions, api, type TlsOptions } from './api.ts';
import type { Config } from './config.ts';
import type { Endpoint } from './endpoint.ts';
import { readOrdinary } from './files.ts';
import { admits } from './serve/secrets.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly endpoint: Endpoint;
  /** Seconds since any moment, that only ever go forward. */
  readonly elapsed: () => number;
  readonly connections: number;
  /** False in most tests. */
  readonly log: ApiOptions['log'];
}

/** A certificate with its whole chain has some 10 KB. */
const MOST_BYTES = 1_000_000;

const tlsOf = async ({ tls }: Config): Promise<TlsOptions | null> => {
  if (tls === undefined) return null;
  const [key, cert] = await Promise.all(
    [tls.keyFile, tls.certFile].map((file) => readOrdinary(file, MOST_BYTES)),
  );
  return key === undefined || cert === undefined ? null : { key, cert, minVersion: 'TLSv1.2' };
};

/** The API with the secrets and the certificate that the configuration names. */
export const server = async (options: ServerOptions): Promise<FastifyInstance> => {
  const { config, endpoint, elapsed, connections, log } = options;
  const { secretFiles, metricsSecretFile } = config;
  const tell = (why: string) => app.log.warn({ why }, 'a secret cannot be read');
  const app = api({
    endpoint,
    admits: admits(secretFiles, elapsed, tell),
    admitsToMetrics: admits(metricsSecretFile === undefined ? [] : [metricsSecretFile], elapsed, tell),
    tls: await tlsOf(config),
    connections,
    log,
  });
  return app;
};

/** Takes a renewed certificate without a restart; with one that cannot be read, the old one stays. */
export const renewTls = async (app: { readonly server: Server }, config: Config): Promise<boolean> => {
  const tls = await tlsOf(config);
  if (tls === null || !('setSecureContext' in app.server)) return false;
  const { setSecureContext } = app.server;
  if (typeof setSecureContext !== 'function') return false;
  setSecureContext.call(app.server, tls);
  return true;
};
