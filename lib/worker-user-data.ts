import { readFileSync } from 'node:fs';
import { packed, userData } from '../worker/user-data.ts';
import type { StageConfig } from './config.ts';
import { workerLogGroup } from './stage-look-in.ts';
import { siteLayerOf } from './stage-site.ts';
import { squidUrl } from './stage-squid.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----/g;

/** The certificates in a PEM text, without what else stands there. */
export const certificatesOf = (text: string): readonly string[] =>
  [...text.replaceAll('\r', '').matchAll(CERTIFICATE)].map(([pem]) => `${pem}\n`);

const certificates = (file: string): string => certificatesOf(readFileSync(file, 'utf8')).join('');

type Worker = NonNullable<StageConfig['worker']>;

/**
 * CVMFS asks the stage's squid, and goes on without it. Jobs find it under the names that OSG and Frontier know, unless the site
 * says otherwise.
 */
const behindSquid = (stage: string, worker: Worker, hasSquid: boolean): Worker => {
  if (!hasSquid) return worker;
  const url = squidUrl(stage);
  return {
    ...worker,
    cvmfs: { ...worker.cvmfs, proxy: `${url};DIRECT` },
    environment: { OSG_SQUID_LOCATION: url, FRONTIER_PROXY: url, ...worker.environment },
  };
};

const lookIn = ({ stage, workerLogs, sessionManager }: StageConfig) => ({
  sessionManager,
  logGroup: workerLogs?.cloudWatchDays === undefined ? '' : workerLogGroup(stage),
  syslogHost: workerLogs?.syslog ?? '',
});

/** What a stage's workers start with, as EC2 is given it: made from its pool's facts, or the site's own, or nothing. */
export const workerUserData = (config: StageConfig): Buffer | undefined => {
  const { worker, workerCaFile, workerUserData, endpointUrl } = config;
  const site = config.workerSite === undefined ? {} : { site: siteLayerOf(config.workerSite) };
  const scratchVolume = config.scratchVolume !== undefined;
  if (worker === undefined) return workerUserData === undefined ? undefined : Buffer.from(workerUserData);
  const endpointCa = workerCaFile === undefined ? {} : { endpointCa: certificates(workerCaFile) };
  return packed(
    userData({
      ...behindSquid(config.stage, worker, config.squid !== undefined),
      ...endpointCa,
      endpointUrl,
      scratchVolume,
      ...lookIn(config),
      ...site,
    }),
  );
};
