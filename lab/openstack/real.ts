import { createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { TAG } from '../../core/model/names.ts';
import { STAGE } from '../../twin/stage/parameters.ts';
import type { LabInstance } from '../lab-cloud.ts';
import { SMALL_MACHINE } from '../machines.ts';
import { OPENSTACK_CLOUD_INIT } from '../worker-box.ts';
import { CLOUD, type OpenStackBeside, type OpenStackHooks } from './beside.ts';
import { type LabServer, labOpenStack } from './cloud.ts';
import { roadTo } from './road.ts';

const FLAVOUR = { name: 'g1.medium', cpus: 2, memoryMb: 4_096 } as const;

const ZONE = 'zone-a';

/** How often the servers are looked at: what a hypervisor would be told by Nova, its machines hear from here. */
const LOOK_MILLISECONDS = 500;

/** `[neutron] metadata_proxy_shared_secret` in box/nova.conf. */
const PROXY_SECRET = 'lab';

const lifeOf = ({ status, isGone }: LabServer, since: number): LabInstance['life'] => {
  const ended = { since, cause: 'Client.InstanceInitiatedShutdown' } as const;
  if (isGone || status === 'error') return { kind: 'terminated', endedAt: since, ...ended };
  if (status === 'stopped') return { kind: 'stopped', ...ended };
  return status === 'active' ? { kind: 'running', since } : { kind: 'pending' };
};

const metadataText = z.looseObject({ meta: z.record(z.string(), z.string()).default({}) });

/** Has Nova's words about a server, but for what its machine is here: small, and behind the lab's own NAT. */
const asOfHere =
  (address: string) =>
  (text: string, path: string): string => {
    if (path.endsWith('/local-ipv4')) return address;
    if (!path.endsWith('/meta_data.json')) return text;
    const told = metadataText.safeParse(JSON.parse(text)).data;
    if (told === undefined) return text;
    return JSON.stringify({ ...told, meta: { ...told.meta, [TAG.promised]: SMALL_MACHINE } });
  };

/** A real Keystone, Neutron and Nova, whose servers are worker boxes: Nova's own driver makes no machines. */
export const realNova = async ({ clock, onRunning, onEnding }: OpenStackHooks): Promise<OpenStackBeside> => {
  const lab = await labOpenStack();
  const { address, ports, host, region, project } = lab;
  const known = new Map<string, LabInstance>();
  let isOpen = true;

  const see = (server: LabServer): void => {
    const instanceId = `os-${server.id}`;
    const before = known.get(instanceId);
    const life = lifeOf(server, clock.now);
    if (before?.life.kind === life.kind) return;
    const runs =
      life.kind === 'running'
        ? [...(before?.runs ?? []), { from: clock.now, flavour: FLAVOUR.name, vcpus: FLAVOUR.cpus }]
        : (before?.runs ?? []);
    const instance: LabInstance = {
      ...{ instanceId, life, runs, imageId: lab.image, vcpus: FLAVOUR.cpus, tags: server.metadata },
      offer: { flavour: FLAVOUR.name, zone: ZONE, market: 'on-demand' },
    };
    known.set(instanceId, instance);
    if (life.kind === 'running') onRunning(instance);
    if (life.kind === 'terminated') onEnding(instance);
  };
  const look = async (): Promise<void> => {
    const servers = await lab.servers();
    const there = new Set(servers.map(({ id }) => `os-${id}`));
    for (const server of servers) see(server);
    for (const [id, { tags }] of known) {
      if (!there.has(id)) see({ id: id.slice(3), status: 'deleted', isGone: true, metadata: tags });
    }
  };
  const looking = (async () => {
    while (isOpen) {
      await look();
      await pause(LOOK_MILLISECONDS);
    }
  })();
  looking.catch((error: unknown) => {
    process.stderr.write(`aerie: the servers cannot be looked at any more: ${String(error)}\n`);
  });

  /** Its catalog names a host that nobody here knows. */
  const keystone = (at: string) =>
    roadTo({
      ...{ host: address, port: ports.keystone },
      change: (text) => text.replaceAll(`http://${host}:`, `http://${at}:`),
    });
  const here = keystone(address);
  const herePort = await new Promise<number>((resolve) => {
    here.listen(0, '127.0.0.1', () => {
      const bound = here.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : 0);
    });
  });
  const credentialPath = `/aerie/${STAGE}/clouds/${CLOUD}`;
  const of = (life: readonly LabInstance['life']['kind'][]) =>
    [...known.values()].filter(({ life: { kind } }) => life.includes(kind));
  return {
    cloud: {
      instances: () => [...known.values()],
      live: () => of(['pending', 'running']),
      sleeping: () => of(['stopped']),
    },
    flavours: `${FLAVOUR.name}(${FLAVOUR.cpus}c,${FLAVOUR.memoryMb}m)`,
    surroundings: {
      clouds: {
        entries: {
          [CLOUD]: {
            ...{ kind: 'openstack', authUrl: `http://127.0.0.1:${herePort}/v3`, region, project },
            ...{ credential: credentialPath, network: lab.network, image: lab.image, zones: [ZONE] },
            securityGroups: ['default'],
          },
        },
        credential: {
          name: credentialPath,
          value: JSON.stringify(lab.credential),
          type: 'SecureString',
        },
      },
    },
    roads: [
      [ports.keystone, keystone('127.0.0.1')],
      [ports.nova, roadTo({ host: address, port: ports.nova })],
    ],
    endpoint: {
      authUrl: `http://127.0.0.1:${ports.keystone}/v3`,
      ...{ region, project, credential: lab.endpointCredential },
    },
    hears: (instanceId) => ({
      cloudInit: OPENSTACK_CLOUD_INIT,
      metadata(at) {
        const id = instanceId.replace(/^os-/, '');
        return roadTo({
          ...{ host: address, port: ports.metadata, change: asOfHere(at.address) },
          // As Neutron's proxy says for whom it asks.
          headers: {
            'x-instance-id': id,
            'x-tenant-id': project,
            'x-instance-id-signature': createHmac('sha256', PROXY_SECRET).update(id).digest('hex'),
          },
        });
      },
    }),
    powerOff(instanceId) {
      lab.powerOff(instanceId.replace(/^os-/, '')).catch((error: unknown) => {
        process.stderr.write(`aerie: Nova does not hear of a power-off: ${String(error)}\n`);
      });
    },
    left: lab.left,
    async close() {
      isOpen = false;
      await looking.catch(() => undefined);
      here.closeAllConnections();
      await new Promise((resolve) => here.close(resolve));
      await lab.close();
    },
  };
};
