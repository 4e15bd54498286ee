import { createHash } from 'node:crypto';
import type { Flavour } from '../../core/model/flavours.ts';
import { TAG } from '../../core/model/names.ts';
import { accessRules, endpointRules } from '../../lib/rights/openstack.ts';
import type { Life, TwinInstance } from '../aws/ec2/instance.ts';
import type { Clock } from '../clock/clock.ts';
import { PROJECT } from '../openstack/answer.ts';
import type { OpenStackOptions } from '../openstack/options.ts';
import type { Server } from '../openstack/server.ts';
import { type OpenStackWorld, openStackWorld } from '../openstack/world.ts';
import type { Scenario } from '../scenario/schema.ts';
import { STAGE } from './parameters.ts';

export const REGION = 'RegionOne';
export const SITE_IMAGE = '0c6d2f30-11bd-4e37-8a53-1c9d9f6b4d02';
export const SITE_NETWORK = '6f1b1f0e-9f0c-4bf5-9d5f-0d9f5e1c2a11';
/** All that hosts have is more than the quota lets anybody take. */
const PLENTY = 1_000_000;
const MB_PER_VCPU = 16_384;
const BUILD_SECONDS = 10;
const DELETE_SECONDS = 5;

const CREDENTIAL = { id: 'twin-credential', secret: 'twin-application-secret' };

/** What an endpoint challenges servers with. */
export const ENDPOINT_CREDENTIAL = { id: 'twin-endpoint', secret: 'twin-endpoint-application-secret' };

/** The cloud beside EC2: its simulation, and its servers as somebody outside of it counts machines. */
export interface Elsewhere {
  readonly name: string;
  readonly openstack: OpenStackWorld;
  powerOff(instanceId: string): void;
  /** A server by its name in aerie, also when it has been deleted; undefined: there never was one. */
  serverOf(instanceId: string): Server | undefined;
  /** Every server that there ever was. */
  readonly instances: () => readonly TwinInstance[];
  /** Those with power, or that are about to have it. */
  readonly live: () => readonly TwinInstance[];
  readonly sleeping: () => readonly TwinInstance[];
}

/** What the functions find of it in their environment, as the stack writes it. */
export const cloudEntry = ({ name, openstack }: Elsewhere, url: string) => ({
  [name]: {
    ...{ kind: 'openstack', authUrl: `${url}/v3`, region: REGION, project: PROJECT },
    ...{ credential: credentialPath(name), network: SITE_NETWORK, image: SITE_IMAGE },
    zones: openstack.options.zones.map((zone) => zone.name),
    securityGroups: ['default'],
  },
});

const credentialPath = (name: string): string => `/aerie/${STAGE}/clouds/${name}`;

/** The parameter with its credential, as an admin puts it. */
export const credentialOf = ({ name }: Elsewhere) =>
  ({ name: credentialPath(name), value: JSON.stringify(CREDENTIAL), type: 'SecureString' }) as const;

/** An id of the form that Nova gives, which follows from the seed, the name of the server and its number among those of that name. */
const serverIds = (seed: number): ((name: string) => string) => {
  const counts = new Map<string, number>();
  return (name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    const hex = createHash('sha1').update(`${seed}/server/${name}/${count}`).digest('hex');
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `8${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join('-');
  };
};

const lifeOf = ({ status, task, createdAt, deletedAt, runs }: Server): Life => {
  const since = runs.at(-1)?.until ?? runs.at(-1)?.from ?? createdAt;
  const cause = 'Client.InstanceInitiatedShutdown';
  if (deletedAt !== undefined) return { kind: 'terminated', endedAt: deletedAt, since: deletedAt, cause };
  if (task === 'powering-on') return { kind: 'pending' };
  switch (status) {
    case 'BUILD':
      return { kind: 'pending' };
    case 'ACTIVE':
      return { kind: 'running', since };
    case 'SHUTOFF':
      return { kind: 'stopped', since, cause };
    case 'ERROR':
      if (runs.length > 0 && runs.at(-1)?.until === undefined) return { kind: 'running', since };
      return { kind: 'terminated', endedAt: since, since, cause };
    default:
      return status satisfies never;
  }
};

const instanceOf = (server: Server): TwinInstance => {
  const { id, reservation, flavour, zone, createdAt, metadata, runs } = server;
  return {
    instanceId: `os-${id}`,
    reservationId: reservation,
    offer: { flavour: flavour.name, zone, market: 'on-demand' },
    vcpus: flavour.vcpus,
    subnetId: SITE_NETWORK,
    template: { id: 'openstack', version: '1' },
    imageId: SITE_IMAGE,
    clientToken: metadata[TAG.launch] ?? '',
    tags: metadata,
    launchedAt: createdAt,
    runs: runs.map((run) => ({ ...run, flavour: flavour.name, vcpus: flavour.vcpus })),
    shutdownBehavior: 'stop',
    visibleAt: createdAt,
    life: lifeOf(server),
  };
};

interface ElsewhereOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly flavours: readonly Flavour[];
  readonly onRunning: (instance: TwinInstance) => void;
  /** Its power is cut, by whoever asked for its end. */
  readonly onEnding: (instance: TwinInstance) => void;
  /** What else is its own of the cloud. */
  readonly own?: Pick<OpenStackOptions, 'lagSeconds' | 'buildFails'>;
}

/** Makes the cloud that a scenario has beside EC2; undefined: it has none. */
export const elsewhere = (
  scenario: Pick<Scenario, 'clouds'>,
  options: ElsewhereOptions,
): Elsewhere | undefined => {
  const [given] = Object.entries(scenario.clouds);
  if (given === undefined) return undefined;
  const [name, { zones, instances: quota }] = given;
  const { clock, flavours, onRunning, onEnding } = options;
  const openstack = openStackWorld(clock, {
    region: REGION,
    credentials: [
      { ...CREDENTIAL, accessRules: accessRules() },
      { ...ENDPOINT_CREDENTIAL, accessRules: endpointRules() },
    ],
    flavours: flavours.map((flavour) => ({
      ...{ id: `id-${flavour.name}`, name: flavour.name, vcpus: flavour.cpus, diskGb: 100 },
      ramMb: flavour.memoryMb,
    })),
    zones: zones.map((zone) => ({
      ...{ name: zone, vcpus: PLENTY, ramMb: PLENTY * MB_PER_VCPU, diskGb: PLENTY },
    })),
    images: [SITE_IMAGE],
    networks: [SITE_NETWORK],
    quota: { instances: quota, cores: PLENTY, keypairs: 100 },
    pageSize: 1_000,
    buildSeconds: BUILD_SECONDS,
    deleteSeconds: DELETE_SECONDS,
    newId: serverIds(options.seed),
    onRunning: (server) => onRunning(instanceOf(server)),
    onEnding: (server) => onEnding(instanceOf(server)),
    ...options.own,
  });
  const of = (kinds: readonly Life['kind'][]) =>
    [...openstack.everyServer].map(instanceOf).filter(({ life }) => kinds.includes(life.kind));
  return {
    ...{ name, openstack },
    powerOff: (instanceId) => openstack.operator.powerOff(instanceId.replace(/^os-/, '')),
    serverOf: (instanceId) => [...openstack.everyServer].find(({ id }) => instanceId === `os-${id}`),
    instances: () => [...openstack.everyServer].map(instanceOf),
    live: () => of(['pending', 'running']),
    sleeping: () => of(['stopped']),
  };
};
