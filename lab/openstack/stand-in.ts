import { TAG } from '../../core/model/names.ts';
import { PROJECT } from '../../twin/openstack/answer.ts';
import { openStackFace } from '../../twin/openstack/face.ts';
import { metadataServer } from '../../twin/openstack/metadata.ts';
import { ENDPOINT_CREDENTIAL, elsewhere, REGION } from '../../twin/stage/elsewhere.ts';
import { SMALL_MACHINE } from '../machines.ts';
import { OPENSTACK_CLOUD_INIT } from '../worker-box.ts';
import { CLOUD, type OpenStackBeside, type OpenStackHooks } from './beside.ts';
import { roadTo } from './road.ts';

/** `[api] metadata_cache_expiration`, as Nova comes. */
const CACHE_SECONDS = 15;

/** Where the endpoint finds Keystone and Nova: on the central manager's own loopback. */
const PORT = 5000;

const FLAVOUR = { name: 'm1.medium', cpus: 2, memoryMb: 4_096, gpus: 0 } as const;

const MOST_SERVERS = 40;

/** The strict stand-in for Keystone and Nova. */
export const standIn = async ({ clock, onRunning, onEnding }: OpenStackHooks): Promise<OpenStackBeside> => {
  const other = elsewhere(
    { clouds: { [CLOUD]: { zones: ['nova'], instances: MOST_SERVERS } } },
    { ...{ clock, seed: 1, flavours: [FLAVOUR] }, onRunning, onEnding },
  );
  if (other === undefined) throw new Error('the twin made no cloud');
  const { openstack } = other;
  const face = await openStackFace(openstack, { reachedAt: () => `http://127.0.0.1:${PORT}` });
  const { hostname: host, port } = new URL(face.url);
  return {
    cloud: other,
    flavours: `${FLAVOUR.name}(${FLAVOUR.cpus}c,${FLAVOUR.memoryMb}m)`,
    surroundings: { elsewhere: other },
    roads: [[PORT, roadTo({ host, port: Number(port) })]],
    endpoint: {
      authUrl: `http://127.0.0.1:${PORT}/v3`,
      ...{ region: REGION, project: PROJECT, credential: ENDPOINT_CREDENTIAL },
    },
    hears: (instanceId) => ({
      cloudInit: OPENSTACK_CLOUD_INIT,
      metadata: ({ hostName, address }) =>
        metadataServer({
          server() {
            const server = openstack.servers.get(instanceId.replace(/^os-/, ''));
            return server && { ...server, metadata: { ...server.metadata, [TAG.promised]: SMALL_MACHINE } };
          },
          ...{ hostName, address, cacheSeconds: CACHE_SECONDS },
          elapsed: () => performance.now() / 1_000,
        }),
    }),
    powerOff: other.powerOff,
    left: async () => ({ servers: openstack.servers.size, ports: 0, keypairs: openstack.keypairs.size }),
    close: () => face.close(),
  };
};
