import { readFileSync } from 'node:fs';
import type { Flavour } from '../core/model/flavours.ts';
import { listPrice, listPriceOfCore } from '../core/settings/list-prices.ts';
import { parseQueueSettings } from '../core/settings/settings.ts';
import { packed, userData } from '../worker/user-data.ts';
import type { StageConfig } from './config.ts';
import { placeOfStage } from './place.ts';
import { workerLogGroup } from './stage-look-in.ts';
import { siteLayerOf } from './stage-site.ts';
import { squidUrl } from './stage-squid.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----/g;

/** The certificates in a PEM text, without what else stands there. */
export const certificatesOf = (text: string): readonly string[] =>
  [...text.replaceAll('\r', '').matchAll(CERTIFICATE)].map(([pem]) => `${pem}\n`);

const certificates = (file: string): string => certificatesOf(readFileSync(file, 'utf8')).join('');

/** A family whose sizes cost in proportion to their vCPUs stands for all of them. */
const priced = (flavour: Flavour, region: string): readonly [string, number | undefined] => {
  const [family = ''] = flavour.name.split('.');
  const core = listPriceOfCore(family, region);
  return core === undefined ? [flavour.name, listPrice(flavour, region)] : [family, core];
};

/**
 * What AWS's list says that the flavours of the queues in the block cost; of a queue that stands in SSM alone, a deploy knows
 * none. Without a region nobody knows whose prices these would be.
 */
const listPrices = (config: StageConfig): Readonly<Record<string, number>> => {
  const { region, queues } = config;
  if (region === undefined) return {};
  const flavours = Object.entries(queues).flatMap(([queue, knobs]) => {
    const parsed = parseQueueSettings(queue, knobs, placeOfStage(config));
    return parsed.ok ? parsed.settings.flavours : [];
  });
  const prices = flavours.map((flavour) => priced(flavour, region)).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    prices.flatMap(([name, price]) => (price === undefined ? [] : [[name, price] as const])),
  );
};

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
  const prices = Object.keys(worker.listPrices).length > 0 ? {} : { listPrices: listPrices(config) };
  return packed(
    userData({
      ...behindSquid(config.stage, worker, config.squid !== undefined),
      ...endpointCa,
      ...prices,
      endpointUrl,
      scratchVolume,
      ...lookIn(config),
      ...site,
    }),
  );
};
