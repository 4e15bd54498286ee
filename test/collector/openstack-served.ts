import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { instanceIdOf } from '../../adapters/clouds/openstack/ids.ts';
import { endpointRules } from '../../lib/rights/openstack.ts';
import { type Clock, simulatedClock } from '../../twin/clock/clock.ts';
import { openStackFace } from '../../twin/openstack/face.ts';
import { metadataServer } from '../../twin/openstack/metadata.ts';
import type { Server } from '../../twin/openstack/server.ts';
import { type OpenStackWorld, openStackWorld } from '../../twin/openstack/world.ts';
import type { Face } from '../../twin/wire/http.ts';
import { proxyTo, type Road } from '../contract/cloud/proxy.ts';
import { runTo } from '../twin/aws/ec2-world.ts';
import { type Served, serve } from './serving.ts';

const IMAGE = '5d0c1a1e-1111-4222-8333-444455556666';
const NETWORK = '0a1b2c3d-1111-4222-8333-444455556666';
const MOST = { vcpus: 1_000, ramMb: 800_000, diskGb: 600_000 };

/** As Nova comes. */
export const CACHE_SECONDS = 15;

const BUILD_SECONDS = 10;

/** An endpoint that knows an OpenStack, the OpenStack, and its servers' metadata services. */
export interface ServedOpenStack {
  readonly served: Served;
  readonly world: OpenStackWorld;
  /** What the endpoint asks of it goes this way. */
  readonly road: Road;
  /** Launches a server; gives its id as aerie's. */
  launch(metadata?: Readonly<Record<string, string>>): string;
  serverOf(instanceId: string): Server;
  /** The metadata service of a server, at an address of its own. */
  metadataOf(instanceId: string): Promise<Face>;
  /** Time goes by: for the endpoint, Nova and the metadata service. */
  pass(seconds: number): void;
  close(): Promise<void>;
}

const worldOf = (clock: Clock): OpenStackWorld =>
  openStackWorld(clock, {
    region: 'RegionOne',
    credentials: [
      {
        ...{ id: 'endpoint', secret: 'of-the-endpoint' },
        accessRules: endpointRules(),
      },
      { id: 'nothing', secret: 'allowed', accessRules: [] },
    ],
    flavours: [{ id: 'id-g1.small', name: 'g1.small', vcpus: 1, ramMb: 1_024, diskGb: 10 }],
    zones: [{ name: 'zone_a', ...MOST }],
    images: [IMAGE],
    networks: [NETWORK],
    quota: { instances: 20, cores: 20, keypairs: 100 },
    pageSize: 1_000,
    buildSeconds: BUILD_SECONDS,
    deleteSeconds: 2,
  });

export const LAUNCHED = {
  'aerie:stage': 'test',
  'aerie:fleet': 'site',
  'aerie:linger-seconds': '60',
} as const;

/** `changes`: of the endpoint's configuration of the OpenStack. */
export const serveOpenStack = async (
  changes: Readonly<Record<string, unknown>> = {},
): Promise<ServedOpenStack> => {
  const clock = simulatedClock(1_795_411_000);
  const world = worldOf(clock);
  const face = await openStackFace(world, { reachedAt: () => road.url });
  const road: Road = await proxyTo({ host: '127.0.0.1', port: Number(new URL(face.url).port) });
  const served = await serve((at) => {
    writeFileSync(at('openstack.json'), JSON.stringify({ id: 'endpoint', secret: 'of-the-endpoint' }));
    return {
      openstack: {
        authUrl: `${road.url}/v3`,
        ...{ region: 'RegionOne', project: 'grid', stage: 'test' },
        credentialFile: at('openstack.json'),
        ...changes,
      },
    };
  });
  const open: Face[] = [];
  const pass = (seconds: number): void => {
    served.clock += seconds;
    runTo(clock, served.clock);
  };
  return {
    ...{ served, world, road },
    launch(metadata = LAUNCHED) {
      const [server] = world.create({
        ...{ name: 'worker', flavorRef: 'id-g1.small', imageRef: IMAGE, availability_zone: 'zone_a' },
        ...{ networks: [{ uuid: NETWORK }], metadata },
      });
      if (server === undefined) throw new Error('nothing was made');
      return instanceIdOf(server.id);
    },
    serverOf(instanceId) {
      const server = world.servers.get(instanceId.slice(3));
      if (server === undefined) throw new Error(`there is no ${instanceId}`);
      return server;
    },
    async metadataOf(instanceId) {
      const service = metadataServer({
        server: () => world.servers.get(instanceId.slice(3)),
        hostName: 'worker.novalocal',
        address: '10.9.0.7',
        elapsed: () => served.clock,
        cacheSeconds: CACHE_SECONDS,
      });
      // A worker of a test says how long it sleeps.
      const server = createServer((request, response) => {
        const [, seconds] = /^\/pass\/(\d+)$/.exec(request.url ?? '') ?? [];
        if (seconds === undefined) {
          service.emit('request', request, response);
          return;
        }
        pass(Number(seconds));
        response.end();
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      const face = {
        url: `http://127.0.0.1:${address.port}`,
        close: async () => {
          server.closeAllConnections();
          server.close();
        },
      };
      open.push(face);
      return face;
    },
    pass,
    async close() {
      for (const one of open) await one.close();
      await served.close();
      await road.close();
      await face.close();
    },
  };
};
