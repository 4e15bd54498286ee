import { readFileSync } from 'node:fs';
import { EC2 } from '../core/model/clouds.ts';
import type { Flavour } from '../core/model/flavours.ts';
import { listPrice, listPriceOfCore } from '../core/settings/list-prices.ts';
import type { CloudKind } from '../worker/programs.ts';
import { packed, userData } from '../worker/user-data.ts';
import type { Block, StageConfig } from './stage/config.ts';
import { cloudOf, launchedFrom } from './stage/fleets.ts';
import { workerLogGroup } from './stage/look-in.ts';
import { placeOfStage } from './stage/place.ts';
import { fleetsAtTimes } from './stage/settings.ts';
import { siteLayerOf } from './stage/site.ts';
import { squidUrl } from './stage/squid.ts';

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

/** The flavours of a fleet in the block that is launched from something of its own, or of those that are launched from the stage's. */
const flavoursOf = (config: StageConfig, fleet: string | undefined): readonly Flavour[] =>
  fleetsAtTimes(config, placeOfStage(config)).flatMap(({ settings: { name }, atTimes }) => {
    const isOwn = Object.hasOwn(config.ownFleets, name);
    return (fleet === undefined ? !isOwn : name === fleet) ? atTimes.flatMap(({ flavours }) => flavours) : [];
  });

/**
 * What AWS's list says that flavours cost; of a fleet that stands in SSM alone, a deploy knows none. Without a region nobody
 * knows whose prices these would be.
 */
const listPrices = (
  region: string | undefined,
  flavours: readonly Flavour[],
): Readonly<Record<string, number>> => {
  if (region === undefined) return {};
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

/** Systems Manager and CloudWatch know the machines of EC2 by their role, and no others. */
const lookIn = ({ stage, workerLogs, sessionManager }: Block, isOnEc2: boolean) => ({
  sessionManager: isOnEc2 && sessionManager,
  logGroup: isOnEc2 && workerLogs?.cloudWatchDays !== undefined ? workerLogGroup(stage) : '',
  syslogHost: workerLogs?.syslog ?? '',
});

/** The kind of cloud that a fleet's machines are of; what no fleet of the block says is EC2's. */
const kindOf = ({ fleets, clouds }: StageConfig, fleet: string | undefined): CloudKind => {
  const block = fleet !== undefined && Object.hasOwn(fleets, fleet) ? fleets[fleet] : undefined;
  const cloud = block === undefined ? EC2 : cloudOf(block);
  return (Object.hasOwn(clouds, cloud) ? clouds[cloud]?.kind : undefined) ?? 'ec2';
};

/**
 * What the workers of a stage start with, as EC2 is given it: made from its pool's facts, or the site's own, or nothing.
 * `fleet`: one that is launched from something of its own.
 */
export const workerUserData = (stage: StageConfig, fleet?: string): Buffer | undefined => {
  const config = launchedFrom<Block>(stage, fleet);
  const { worker, workerCaFile, workerUserData, endpointUrl } = config;
  const site = config.workerSite === undefined ? {} : { site: siteLayerOf(config.workerSite) };
  const scratchVolume = config.scratchVolume !== undefined;
  if (worker === undefined) return workerUserData === undefined ? undefined : Buffer.from(workerUserData);
  const cloud = kindOf(stage, fleet);
  const isOnEc2 = cloud === 'ec2';
  const endpointCa = workerCaFile === undefined ? {} : { endpointCa: certificates(workerCaFile) };
  const prices =
    Object.keys(worker.listPrices).length > 0 || !isOnEc2
      ? {}
      : { listPrices: listPrices(stage.region, flavoursOf(stage, fleet)) };
  return packed(
    userData({
      // The squid is inside the stage's VPC.
      ...behindSquid(config.stage, worker, isOnEc2 && config.squid !== undefined),
      ...endpointCa,
      ...prices,
      ...{ endpointUrl, scratchVolume, cloud },
      ...lookIn(config, isOnEc2),
      ...site,
    }),
  );
};
