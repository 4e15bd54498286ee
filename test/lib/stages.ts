import { fileURLToPath } from 'node:url';
import { MOST_TAGS } from '../../lib/stage/tags.ts';
import { SITE } from './config-clouds.ts';
import { STAGE } from './stack-of.ts';

const SITE_SUBNETS = {
  vpcId: 'vpc-0123456789abcdef0',
  placements: [
    { subnetId: 'subnet-0123456789abcdef0', zone: 'eu-west-1a' },
    { subnetId: 'subnet-0123456789abcdef1', zone: 'eu-west-1c' },
  ],
};

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef';
const POOL = { pool: 'cm.example.org', centralManager: 'cm.example.org' };
const PEM = fileURLToPath(new URL('stage/ca.pem', import.meta.url));

/** The fleet of the queues below. */
const WIDE = { wide: { flavours: 'm6i.2xlarge, m6a.2xlarge', 'max-workers': 4_000 } };

/** So many queues with five knobs each, as a site with many sub-sites has them. */
const queues = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `SITE_${String(index).padStart(3, '0')}`,
      {
        state: 'paused',
        cpus: 8,
        'memory-mb': 16_000,
        'pilot-wall-seconds': 86_400,
        fleet: 'wide',
      },
    ]),
  );

/**
 * Stages that differ from the least of one in every way that an admin can choose, by what is special about them; each has
 * to be accepted by everything that looks at a template.
 */
export const STAGES: Readonly<Record<string, object>> = {
  'the least of a stage': {},
  'alarms by e-mail': { alarmEmail: 'grid@example.org' },
  'an account and a region': { account: '123456789012', region: 'eu-west-1' },
  'AWS GovCloud': { account: '123456789012', region: 'us-gov-west-1', alarmEmail: 'grid@example.org' },
  'a public network in one zone': { network: { kind: 'public', zones: 1 } },
  'a public network in three zones': { network: { kind: 'public', zones: 3 } },
  'a NAT gateway': { network: { kind: 'nat' } },
  'a NAT gateway and six zones': { network: { kind: 'nat', zones: 6 } },
  'IPv6 only': { network: { kind: 'ipv6' } },
  'IPv6 only and six zones': { network: { kind: 'ipv6', zones: 6 } },
  'subnets of the site': { network: SITE_SUBNETS },
  'one fixed address': { network: { kind: 'nat' }, fixedAddress: true },
  'one fixed address, with reserved executions': {
    network: { kind: 'nat', zones: 4 },
    fixedAddress: true,
    reserveConcurrency: true,
  },
  'one fixed address in subnets of the site': { network: SITE_SUBNETS, fixedAddress: true },
  'a CA of the site': { caFile: PEM },
  'a cloud beside EC2': {
    clouds: { site: { ...SITE, caFile: PEM } },
    fleets: { batch: { cloud: 'site', flavours: 'm1.large(4c,8192m)' } },
  },
  'Debian workers': {
    image: '/aws/service/debian/release/13/latest/amd64',
    rootDevice: '/dev/xvda',
    worker: { os: 'debian', ...POOL },
  },
  'AlmaLinux workers that trust a CA of the site': { worker: { os: 'el9', ...POOL }, workerCaFile: PEM },
  'an image that is a worker already': { worker: { os: 'baked', ...POOL } },
  'user-data of the site': { workerUserData: '#!/bin/sh\n/opt/site/become-worker\n' },
  'Graviton beside x86_64': {
    arm64Image: '/site/images/arm',
    fleets: { arm: { flavours: 'm7g.large, c7g.xlarge' } },
    queues: { CLOUD: { state: 'active' }, ARM: { state: 'paused', fleet: 'arm' } },
  },
  'an image by a parameter of the site': { image: '/site/images/worker', workerDiskGb: 16_384 },
  'a customer key for disks': { diskKey: KEY },
  'a volume for scratch, with a customer key': {
    worker: { os: 'el9', ...POOL },
    diskKey: KEY,
    scratchVolume: { gb: 500, throughput: 500, iops: 4_000 },
  },
  'tags that the organisation demands': { tags: { CostCenter: '4711', 'grid:owner': 'Ada Lovelace' } },
  'as many tags as there can be': {
    tags: Object.fromEntries(
      Array.from({ length: MOST_TAGS }, (_, index) => [`Tag${index}`, 'x'.repeat(20)]),
    ),
  },
  'a stage that only tries something out': { retain: false },
  'a squid of its own': { worker: { os: 'el9', ...POOL }, squid: true, tags: { CostCenter: '4711' } },
  'a squid in a subnet of the site, with a customer key': {
    network: SITE_SUBNETS,
    worker: { os: 'el9', ...POOL },
    diskKey: KEY,
    squid: { instanceType: 'c6i.xlarge', cacheGb: 200 },
  },
  'sessions, and logs in CloudWatch and at a syslog host': {
    worker: { os: 'el9', ...POOL },
    sessionManager: true,
    workerLogs: { cloudWatchDays: 14, syslog: 'logs.example.org:514' },
  },
  'a layer of the site': { worker: { os: 'el9', ...POOL }, workerSite: { packages: ['hwloc'], seconds: 60 } },
  'reserved executions': { reserveConcurrency: true },
  'images of its own': { worker: { os: 'el9', ...POOL }, imagePipeline: true },
  'images of its own, daily, behind a NAT': {
    image: '/aws/service/debian/release/13/latest/amd64',
    rootDevice: '/dev/xvda',
    worker: { os: 'debian', ...POOL },
    network: { kind: 'nat', zones: 3 },
    imagePipeline: { schedule: 'daily', keep: 10 },
  },
  'no metrics of single queues': { queueMetrics: 'off' },
  'a tick each minute': { tickSeconds: 60 },
  'a tick each half minute': { tickSeconds: 30 },
  'budgets of a fleet': {
    fleets: {
      default: { prices: 'list', 'budget-dollars-per-hour': 40, 'budget-dollars-per-month': 9_000 },
    },
  },
  'no PanDA': { pandaUrl: undefined, queues: {}, fleets: { default: { 'max-workers': 20 } } },
  'no PanDA, behind a NAT, with reserved executions': {
    pandaUrl: undefined,
    queues: {},
    fleets: { default: { 'burst-after-seconds': 300 } },
    network: { kind: 'nat' },
    fixedAddress: true,
    reserveConcurrency: true,
  },
  'fleets that are launched from something of their own': {
    worker: { os: 'el9', ...POOL },
    fleets: {
      gpu: {
        flavours: 'g5.xlarge(4c,16384m,1g)',
        image: '/site/images/gpu',
        worker: { os: 'baked' },
        scratchVolume: { gb: 500 },
      },
      'big.disks_2': { 'max-workers': 5, workerDiskGb: 1_000 },
      own: { 'max-workers': 5, workerUserData: '#!/bin/sh\n/opt/site/become-worker\n' },
    },
    queues: { CLOUD: { state: 'active' }, GPU: { state: 'active', fleet: 'gpu', gpus: 1 } },
  },
  'every market, GPUs and a chain': {
    fleets: { spot: { market: 'spot-first' }, gpu: { flavours: 'g5.xlarge(4c,16384m,1g)' } },
    queues: {
      SPOT: { state: 'active', fleet: 'spot', chain: 'Ready(offset=0), Scale(0.5), MaxPerCycle(50)' },
      GPU: { state: 'paused', fleet: 'gpu', gpus: 1, cpus: 4, 'memory-mb': 12_000 },
    },
  },
  '500 queues': { fleets: WIDE, queues: queues(500) },
  'as many templates as there can be': {
    fleets: Object.fromEntries(
      Array.from({ length: 19 }, (_, index) => [
        `fleet${index}`,
        { 'max-workers': 5, workerDiskGb: 200 + index },
      ]),
    ),
    arm64Image: '/site/images/arm',
  },
  '100 fleets': {
    fleets: Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`fleet${index}`, { ...WIDE.wide, market: 'spot-first' }]),
    ),
  },
  'everything at once': {
    account: '123456789012',
    region: 'us-east-1',
    alarmEmail: 'grid@example.org',
    network: { kind: 'nat', zones: 3 },
    fixedAddress: true,
    caFile: PEM,
    worker: { os: 'el9', ...POOL },
    workerCaFile: PEM,
    diskKey: KEY,
    tags: { CostCenter: '4711' },
    reserveConcurrency: true,
    imagePipeline: true,
    queueMetrics: 'off',
    fleets: {
      ...WIDE,
      default: { image: '/site/images/other', 'max-workers': 10 },
      gpu: { flavours: 'g5.xlarge(4c,16384m,1g)', arm64Image: '/site/images/arm', workerDiskGb: 500 },
    },
    queues: queues(40),
  },
};

/** A block of a stage, whole. */
export const blockOf = (special: object): object => ({ ...STAGE, ...special });
