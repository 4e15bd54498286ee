import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import type { Market } from '../../../core/model/flavours.ts';
import { type Finding, fail, ok, skip, warn } from '../finding.ts';
import { type Asked, asked, mapped } from '../look/asked.ts';
import { type Examined, type Fleet, onEc2 } from '../look/examined.ts';

interface Quota {
  readonly service: 'ec2' | 'ebs';
  readonly code: string;
  readonly what: string;
}

interface Kind {
  /** The families that count against the quota, by the letters before their generation. */
  readonly families: RegExp;
  readonly quotas: Readonly<Record<Market, Quota>>;
}

const ec2 = (code: string, what: string): Quota => ({ service: 'ec2', code, what });

/** vCPUs that may run at a time, of some families and on one market. Codes: Service Quotas, service ec2. */
const KINDS: readonly Kind[] = [
  {
    families: /^(a|c|d|h|i|im|is|m|r|t|z)\d/,
    quotas: {
      'on-demand': ec2('L-1216C47A', 'Running On-Demand Standard instances'),
      spot: ec2('L-34B43A08', 'All Standard Spot Instance Requests'),
    },
  },
  {
    families: /^(g|gr|vt)\d/,
    quotas: {
      'on-demand': ec2('L-DB2E81BA', 'Running On-Demand G and VT instances'),
      spot: ec2('L-3819A6DF', 'All G and VT Spot Instance Requests'),
    },
  },
  {
    // P5 has a spot quota of its own.
    families: /^p[2-4]/,
    quotas: {
      'on-demand': ec2('L-417A185B', 'Running On-Demand P instances'),
      spot: ec2('L-7212CCBC', 'All P4, P3 and P2 Spot Instance Requests'),
    },
  },
];

const GP3: Quota = { service: 'ebs', code: 'L-7A658B76', what: 'Storage for gp3 volumes, TiB' };
const GIB_PER_TIB = 1024;

const MARKETS: Readonly<Record<Fleet['settings']['market'], readonly Market[]>> = {
  'on-demand': ['on-demand'],
  spot: ['spot'],
  'spot-first': ['spot', 'on-demand'],
  'spot-if-cheaper': ['spot', 'on-demand'],
};

/** vCPUs that a quota may have to bear: every fleet at its caps. */
interface Wanted {
  readonly quota: Quota;
  /** Those of the smallest worker: with less, nothing is launched at all. */
  readonly least: number;
  readonly most: number;
}

/** The most of some families and one market that the caps of a fleet allow at any time of its schedule. */
const mostCores = (ofKind: readonly AtTime[]): number =>
  Math.max(
    0,
    ...ofKind.map(({ maxCores, maxWorkers, flavours }) =>
      Math.min(maxCores, maxWorkers * Math.max(0, ...flavours.map(({ cpus }) => cpus))),
    ),
  );

type AtTime = Pick<Fleet['settings'], 'maxCores' | 'maxWorkers' | 'flavours'>;

const ofKind = ({ atTimes }: Fleet, families: RegExp, market: Market): readonly AtTime[] =>
  atTimes
    .filter((settings) => MARKETS[settings.market].includes(market) && settings.maxWorkers > 0)
    .map((settings) => ({
      ...settings,
      flavours: settings.flavours.filter(({ name }) => families.test(name)),
    }))
    .filter(({ flavours }) => flavours.length > 0);

/** Flavours whose quota is not among those above. */
const unknownFlavours = (fleets: readonly Fleet[]): readonly string[] => {
  const names = new Set(
    fleets.flatMap(({ atTimes }) => atTimes.flatMap(({ flavours }) => flavours.map(({ name }) => name))),
  );
  return [...names].filter((name) => !KINDS.some(({ families }) => families.test(name)));
};

/** What the caps of all fleets come to, quota by quota. */
export const wantedVcpus = (all: readonly Fleet[]): readonly Wanted[] => wantedOf(onEc2(all));

const wantedOf = (fleets: readonly Fleet[]): readonly Wanted[] =>
  KINDS.flatMap(({ families, quotas }) =>
    (['on-demand', 'spot'] as const).flatMap((market) => {
      const users = fleets
        .map((fleet) => ofKind(fleet, families, market))
        .filter((atTimes) => atTimes.length > 0);
      if (users.length === 0) return [];
      const most = users.reduce((cores, atTimes) => cores + mostCores(atTimes), 0);
      const sizes = users.flat().flatMap(({ flavours }) => flavours.map(({ cpus }) => cpus));
      return [{ quota: quotas[market], least: Math.min(...sizes), most }];
    }),
  );

/** What the account may have; of a quota that nobody has ever changed, AWS may know the default only. */
const quotaOf = async (client: ServiceQuotasClient, { service, code }: Quota): Promise<Asked<number>> => {
  const of = { ServiceCode: service, QuotaCode: code };
  const applied = await asked('servicequotas:GetServiceQuota', client.send(new GetServiceQuotaCommand(of)));
  if (applied.ok) return mapped(applied, ({ Quota }) => Quota?.Value ?? 0);
  if (applied.code !== 'NoSuchResourceException') return applied;
  const usual = client.send(new GetAWSDefaultServiceQuotaCommand(of));
  const answer = await asked('servicequotas:GetAWSDefaultServiceQuota', usual);
  return mapped(answer, ({ Quota }) => Quota?.Value ?? 0);
};

const raise = ({ service, code }: Quota, to: number): string =>
  `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${to}`;

const judgeVcpus = ({ quota, least, most }: Wanted, allowed: number): Finding => {
  const said = `${quota.what}: ${allowed} vCPUs`;
  if (allowed < least) {
    return fail('quota-vcpu', `${said}; the smallest worker has ${least}`, raise(quota, most));
  }
  if (allowed >= most) return ok('quota-vcpu', `${said}, the caps come to ${most}`);
  return warn('quota-vcpu', `${said}; the caps come to ${most}`, `${raise(quota, most)}; or lower max-cores`);
};

/** Looks whether the quotas of the account bear what the caps allow. */
export const checkVcpus = async ({ fleets, clients }: Examined): Promise<readonly Finding[]> => {
  const wanted = wantedVcpus(fleets);
  const judged = await Promise.all(
    wanted.map(async (one) => {
      const allowed = await quotaOf(clients.quotas, one.quota);
      return allowed.ok ? judgeVcpus(one, allowed.value) : warn('quota-vcpu', allowed.why);
    }),
  );
  const unknown = unknownFlavours(onEc2(fleets));
  const unlooked =
    unknown.length === 0 ? [] : [skip('quota-vcpu', `the quota of ${unknown.join(', ')} is not known here`)];
  const findings = [...judged, ...unlooked];
  return findings.length > 0 ? findings : [ok('quota-vcpu', 'no fleet may have workers')];
};

/** Looks whether the disks of all workers fit into the account's storage. */
export const checkGp3 = async (stage: Examined): Promise<readonly Finding[]> => {
  const allowed = await quotaOf(stage.clients.quotas, GP3);
  if (!allowed.ok) return [warn('quota-gp3', allowed.why)];
  const fleets = onEc2(stage.fleets);
  const most = fleets.map(({ atTimes, diskGb }) => ({
    count: Math.max(0, ...atTimes.map(({ maxWorkers }) => maxWorkers)),
    diskGb,
  }));
  const workers = most.reduce((sum, { count }) => sum + count, 0);
  const gib = most.reduce((sum, { count, diskGb }) => sum + count * diskGb, 0);
  const tib = gib / GIB_PER_TIB;
  const sizes = [...new Set(fleets.map(({ diskGb }) => diskGb))].sort((a, b) => a - b).join(' or ');
  const said = `${workers} workers of ${sizes} GiB come to ${tib.toFixed(1)} of ${allowed.value} TiB`;
  if (tib <= allowed.value) return [ok('quota-gp3', said)];
  return [warn('quota-gp3', said, `${raise(GP3, Math.ceil(tib))}; or lower max-workers or workerDiskGb`)];
};
