import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openstack } from '../../adapters/clouds/openstack/openstack.ts';
import { leftovers } from '../../lab/network.ts';
import { type LabOpenStack, labOpenStack } from '../../lab/openstack/cloud.ts';
import { proxyTo } from '../contract/cloud/proxy.ts';
import { cloudContract } from '../contract/cloud.ts';
import type { CloudSubject } from '../contract/cloud-subject.ts';
import { requestOn, serverOf, USER_DATA } from '../twin/openstack/subject.ts';

/** `[api] max_limit` in lab/openstack/box/nova.conf. */
const PAGE_SIZE = 20;

const SETTLING_MILLISECONDS = 500;

const ROOM = 260;

/** A launch may take longer here than a tick has: two cores make some ten servers a second at the best. */
const LAUNCH_SECONDS = 900;

/** Real Keystone and Nova: what is asked of Nova goes over a road of the test's. */
const realSubject = async (lab: LabOpenStack): Promise<CloudSubject> => {
  const { host, address, aside, ports, authUrl, region, credential, image, network } = lab;
  const road = await proxyTo({ host: address, port: ports.nova }, { host: aside, port: ports.nova });
  const keystone = await proxyTo(
    { host: address, port: ports.keystone },
    { host: aside, port: ports.keystone },
  );
  const open = () =>
    openstack(
      {
        ...{ authUrl, region, credential: async () => credential, random: () => 0 },
        lookup: async (name) => (name === host ? [aside] : []),
      },
      async () => ({ image, userData: USER_DATA, securityGroups: ['default'] }),
      LAUNCH_SECONDS,
    );
  const { cloud, consoles } = open();
  /** Nothing is being made or ended any more. */
  const settle = async (): Promise<void> => {
    while ((await lab.busy()) > 0) await pause(SETTLING_MILLISECONDS);
  };
  await lab.quota(ROOM);
  return {
    ...{ cloud, consoles, settle },
    // Nova shows a server as soon as it has taken the request.
    appear: () => undefined,
    proxy: road,
    anew: () => open().cloud,
    request: (launchId, count) => requestOn(network, launchId, count),
    unknownId: 'os-00000000-0000-4000-8000-000000000000',
    now: () => Date.now() / 1_000,
    async limit(offers, count) {
      await settle();
      await lab.quota((await lab.left()).servers + offers.length * count);
      return () => lab.quota(ROOM);
    },
    limitClass: 'quota',
    async refuseEnd(id) {
      await lab.lock(serverOf(id), true);
      return () => lab.lock(serverOf(id), false);
    },
    hands: {
      ...lab,
      powerOff: (id) => lab.powerOff(serverOf(id)),
      pageSize: PAGE_SIZE,
      noRoom: { flavour: 'g1.vast', zone: 'zone-b' },
      offZone: 'zone-b',
    },
    async close() {
      const left = await cloud.list({}, Date.now() / 1_000);
      const ids = left.kind === 'known' ? left.value.map(({ instanceId }) => instanceId) : [];
      await cloud.terminate(ids, () => true);
      await settle();
      await keystone.close();
      await road.close();
    },
  };
};

/** The contract of a cloud, asked of a real Keystone and Nova that is started for it. */
export const novaContract = (extent?: Parameters<typeof cloudContract>[2]): void => {
  let lab: LabOpenStack | undefined;
  beforeAll(async () => {
    lab = await labOpenStack();
  });
  afterAll(async () => {
    await lab?.close();
  });

  cloudContract(
    async () => {
      if (lab === undefined) throw new Error('the lab did not start');
      return realSubject(lab);
    },
    ['ended ones'],
    extent,
  );

  it('leave nothing of the contract in the project, and nothing on this machine', async () => {
    const { id, left, close } = lab ?? {};
    expect(await left?.()).toMatchObject({ servers: 0, ports: 0 });
    await close?.();
    lab = undefined;
    expect(await leftovers(id ?? '')).toEqual([]);
  });
};
