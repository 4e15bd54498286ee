import { readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { api, type TlsOptions } from './api.ts';
import type { Config } from './config.ts';
import type { Endpoint } from './endpoint.ts';
import { admits } from './secrets.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly endpoint: Endpoint;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** False in tests. */
  readonly log: boolean;
}

const tlsOf = ({ tls }: Config): TlsOptions | null =>
  tls === undefined
    ? null
    : { key: readFileSync(tls.keyFile), cert: readFileSync(tls.certFile), minVersion: 'TLSv1.2' };

/** The API with the secrets and the certificate that the configuration names. */
export const server = ({ config, endpoint, now, log }: ServerOptions): FastifyInstance => {
  const { secretFiles, metricsSecretFile } = config;
  return api({
    endpoint,
    admits: admits(secretFiles, now),
    admitsToMetrics: admits(metricsSecretFile === undefined ? [] : [metricsSecretFile], now),
    tls: tlsOf(config),
    log,
  });
};

/** Takes a renewed certificate without a restart; with one that cannot be read, the old one stays. */
export const renewTls = (app: { readonly server: Server }, config: Config): boolean => {
  const tls = tlsOf(config);
  if (tls === null || !('setSecureContext' in app.server)) return false;
  const { setSecureContext } = app.server;
  if (typeof setSecureContext !== 'function') return false;
  setSecureContext.call(app.server, tls);
  return true;
};
