import type { Recipes } from '../../../adapters/clouds/openstack/launch.ts';
import type { OpenStackSite } from '../../../adapters/clouds/openstack/nova.ts';
import { openstack } from '../../../adapters/clouds/openstack/openstack.ts';
import { clientTokenOf } from '../../../core/model/names.ts';
import { accessRules } from '../../../lib/rights/openstack.ts';
import { simulatedClock } from '../../../twin/clock/clock.ts';
import { openStackFace } from '../../../twin/openstack/face.ts';
import type { Credential, OpenStackOptions } from '../../../twin/openstack/options.ts';
import { openStackWorld } from '../../../twin/openstack/world.ts';
import { REQUEST } from '../../adapters/ec2-served.ts';
import { proxyTo, type Road } from '../../contract/cloud/proxy.ts';
import type { CloudSubject } from '../../contract/cloud-subject.ts';
import { runTo } from '../aws/ec2-world.ts';

const IMAGE = '5d0c1a1e-1111-4222-8333-444455556666';
const NETWORK = '0a1b2c3d-1111-4222-8333-444455556666';

const RULES = accessRules();

const CREDENTIAL: Credential = { id: 'credential', secret: 'not-a-secret', accessRules: RULES };

const RECIPE = { id: 'recipe', version: '1' };

const HUGE = { vcpus: 1_000, ramMb: 800_000, diskGb: 600_000 };

/** As the lab's OpenStack is (lab/openstack/box/nova_all.py). */
const OPTIONS: OpenStackOptions = {
  region: 'RegionOne',
  credentials: [CREDENTIAL],
  flavours: [
    { id: 'id-g1.small', name: 'g1.small', vcpus: 1, ramMb: 1_024, diskGb: 10 },
    { id: 'id-g1.large', name: 'g1.large', vcpus: 4, ramMb: 4_096, diskGb: 10 },
    { id: 'id-g1.vast', name: 'g1.vast', vcpus: 1, ramMb: 512, diskGb: 2_000_000_000 },
  ],
  zones: [
    { name: 'zone-a', ...HUGE },
    { name: 'zone-b', ...HUGE },
  ],
  images: [IMAGE],
  networks: [NETWORK],
  quota: { instances: 260, cores: 1_040, keypairs: 100 },
  pageSize: 50,
  buildSeconds: 10,
  deleteSeconds: 2,
};

const SETTLED_SECONDS = 30;

const START = 1_800_000_000;

/** Between two launches of the tests. */
const APART_SECONDS = 60;

let launches = 0;

/** The launch of a test, on a cloud that is as the lab's: some time after the one before. */
export const requestOn = (network: string, launchId: string, count: number) => ({
  ...REQUEST,
  launchId,
  clientToken: tokenOf(launchId),
  count,
  template: RECIPE,
  overrides: ['g1.small', 'g1.large'].map((flavour) => ({ flavour, zone: 'zone-a', subnetId: network })),
  tags: { ...REQUEST.tags, 'aerie:launch': launchId },
});

const tokenOf = (launchId: string): string => {
  launches += 1;
  return clientTokenOf('test', `${launchId}.${START + APART_SECONDS * launches}.0`);
};

export const USER_DATA = Buffer.from('#cloud-config\n').toString('base64');

/** A server's id, as Nova has it. */
export const serverOf = (instanceId: string): string => instanceId.replace(/^os-/, '');

interface Wanted {
  readonly keypairs?: number;
  readonly accessRules?: Credential['accessRules'];
}

/** The stand-in of Keystone and Nova, on a road, and the adapter that asks it. */
export const standIn = async ({ keypairs = OPTIONS.quota.keypairs, accessRules = RULES }: Wanted = {}) => {
  const clock = simulatedClock(START);
  const credential = { ...CREDENTIAL, accessRules };
  const world = openStackWorld(clock, {
    ...OPTIONS,
    credentials: [credential],
    quota: { ...OPTIONS.quota, keypairs },
  });
  const reached: { road?: Road } = {};
  const face = await openStackFace(world, { reachedAt: () => reached.road?.url });
  const { hostname, port } = new URL(face.url);
  const road = await proxyTo({ host: hostname, port: Number(port) });
  reached.road = road;
  const site: OpenStackSite = {
    authUrl: `${road.url}/v3`,
    region: OPTIONS.region,
    project: 'grid',
    credential: async () => credential,
    random: () => 0,
  };
  const recipes: Recipes = async ({ id }) =>
    id === RECIPE.id ? { image: IMAGE, userData: USER_DATA, securityGroups: ['default'] } : undefined;
  return {
    ...{ clock, world, road, site, recipes, ...openstack(site, recipes) },
    request: (launchId: string, count: number) => requestOn(NETWORK, launchId, count),
    now: () => clock.now,
    settle: () => runTo(clock, clock.now + SETTLED_SECONDS),
    async close() {
      await road.close();
      await face.close();
    },
  };
};

/** The stand-in as the contract wants a cloud. */
export const standInSubject = async (): Promise<CloudSubject> => {
  const { world, road, site, recipes, ...of } = await standIn();
  const { operator, servers, keypairs } = world;
  return {
    ...of,
    proxy: road,
    anew: () => openstack(site, recipes).cloud,
    unknownId: 'os-00000000-0000-4000-8000-000000000000',
    async limit(offers, count) {
      operator.quota(servers.size + offers.length * count);
      return async () => operator.quota(OPTIONS.quota.instances);
    },
    limitClass: 'quota',
    async refuseEnd(id) {
      operator.lock(serverOf(id), true);
      return async () => operator.lock(serverOf(id), false);
    },
    hands: {
      quota: async (instances) => operator.quota(instances),
      zone: async (name, is) => operator.zone(name, is),
      cell: async (is) => operator.cell(is),
      powerOff: async (id) => operator.powerOff(serverOf(id)),
      revoke: async (token) => world.revoke(token),
      left: async () => ({ servers: servers.size, keypairs: keypairs.size }),
      pageSize: OPTIONS.pageSize,
      noRoom: { flavour: 'g1.vast', zone: 'zone-b' },
      offZone: 'zone-b',
    },
  };
};
