import type * as z from 'zod';
import { actionBody, createBody, keypairBody, metadataBody } from './create-body.ts';
import { Refusal } from './refusal.ts';
import type { Server } from './server.ts';
import { brief, detail, minimal } from './view.ts';
import type { OpenStackWorld } from './world.ts';

/** A request as Nova has it, once its token is known. */
export interface Asked {
  readonly method: string;
  /** Below the endpoint's own path. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** The second part of the microversion: 69 of 2.69. */
  readonly version: number;
  /** Nova's endpoint. */
  readonly url: string;
  readonly project: string;
}

export interface Reply {
  readonly status: number;
  readonly body?: object;
}

type Route = (world: OpenStackWorld, asked: Asked, id: string) => Reply;

/** Tags at the creation of a server. */
const TAGS_SINCE = 52;
/** Servers of cells that are down. */
const UNKNOWN_SINCE = 69;

const bodyOf = <T>(schema: z.ZodType<T>, { body }: Asked): T => {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Refusal(
    400,
    `Invalid input for field/attribute ${String(issue?.path.at(-1) ?? 'body')}. ${issue?.message}`,
  );
};

const serverOf = ({ servers }: OpenStackWorld, id: string): Server => {
  const found = servers.get(id);
  if (found === undefined) throw new Refusal(404, `Instance ${id} could not be found.`);
  return found;
};

/** A server that something is to be done to: its cell has to answer. */
const reachable = (world: OpenStackWorld, id: string): Server => {
  const server = serverOf(world, id);
  if (world.isDown() && server.isInCell) throw new Refusal(500, CELL_DOWN);
  return server;
};

const CELL_DOWN =
  "Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ and attach the Nova API log if possible.\n<class 'oslo_db.exception.DBConnectionError'>";

/** Filters and pages that are simulated; Nova knows more, and takes what it does not know without a word. */
const SIMULATED = ['limit', 'marker', 'reservation_id'];

const found = (world: OpenStackWorld, { query }: Asked): readonly Server[] => {
  const unknown = [...query.keys()].find((key) => !SIMULATED.includes(key));
  if (unknown !== undefined) throw new Error(`the query ${unknown} is not simulated`);
  const reservation = query.get('reservation_id');
  // The latest first, as Nova sorts them.
  return world
    .listed()
    .toReversed()
    .filter((server) => reservation === null || server.reservation === reservation);
};

const list =
  (isDetailed: boolean): Route =>
  (world, asked) => {
    const { query, url, project, version } = asked;
    const all = found(world, asked);
    const isPlain = query.size === 0 && version >= UNKNOWN_SINCE;
    const seen = all.filter((server) => !world.isDown() || !server.isInCell);
    const most = Math.min(Number(query.get('limit') ?? world.options.pageSize), world.options.pageSize);
    const marker = query.get('marker');
    const from = marker === null ? 0 : seen.findIndex(({ id }) => id === marker) + 1;
    if (marker !== null && from === 0) throw new Refusal(400, `marker [${marker}] not found`);
    const page = seen.slice(from, from + most);
    // Those whose cell is down have what room is left on a page that nobody asked for as one; other lists leave them out.
    const hidden = isPlain ? all.filter((server) => !seen.includes(server)).slice(0, most - page.length) : [];
    const servers = [
      ...hidden.map((server) => minimal(server, url, project)),
      ...page.map((server) => (isDetailed ? detail(server, url, project) : brief(server, url))),
    ];
    const isFull = servers.length === most;
    const next = `${url}/servers${isDetailed ? '/detail' : ''}?marker=${page.at(-1)?.id}`;
    return {
      status: 200,
      body: { servers, ...(isFull ? { servers_links: [{ rel: 'next', href: next }] } : {}) },
    };
  };

const show: Route = (world, { url, project }, id) => {
  const server = serverOf(world, id);
  const view = world.isDown() && server.isInCell ? minimal : detail;
  return { status: 200, body: { server: view(server, url, project) } };
};

const create: Route = (world, asked) => {
  const { server } = bodyOf(createBody, asked);
  if (server.tags !== undefined && asked.version < TAGS_SINCE)
    throw new Refusal(400, "Additional properties are not allowed ('tags' was unexpected)");
  const made = world.create(server);
  const [first] = made;
  if (server.return_reservation_id === true || first === undefined)
    return { status: 202, body: { reservation_id: first?.reservation } };
  return {
    status: 202,
    body: { server: { ...brief(first, asked.url), 'OS-DCF:diskConfig': 'MANUAL', adminPass: 'not-used' } },
  };
};

const action: Route = (world, asked, id) => {
  const server = reachable(world, id);
  const body = bodyOf(actionBody, asked);
  if ('os-getConsoleOutput' in body) {
    if (server.status === 'BUILD') throw new Refusal(409, `Instance ${id} is not ready`);
    const lines = server.console.split('\n');
    const most = body['os-getConsoleOutput'].length ?? lines.length;
    return { status: 200, body: { output: lines.slice(-most).join('\n') } };
  }
  if ('os-start' in body) world.start(server);
  else world.stop(server);
  return { status: 202 };
};

const label: Route = (world, asked, id) => {
  const { metadata } = bodyOf(metadataBody, asked);
  const server = reachable(world, id);
  world.label(server, metadata);
  return { status: 200, body: { metadata: server.metadata } };
};

const flavours: Route = ({ options }) => ({
  status: 200,
  body: {
    flavors: options.flavours.map(({ id, name, vcpus, ramMb, diskGb }) => ({
      id,
      name,
      vcpus,
      ram: ramMb,
      disk: diskGb,
    })),
  },
});

const zones: Route = (world) => ({
  status: 200,
  body: {
    availabilityZoneInfo: world.options.zones.map(({ name }) => ({
      zoneName: name,
      zoneState: { available: world.isEnabled(name) },
      hosts: null,
    })),
  },
});

const addKeypair: Route = (world, asked) => {
  const { name, public_key: publicKey = '' } = bodyOf(keypairBody, asked).keypair;
  world.addKeypair(name, publicKey);
  return {
    status: 201,
    body: { keypair: { name, type: 'ssh', public_key: publicKey, fingerprint: '', user_id: 'aerie' } },
  };
};

const keypairs: Route = (world) => ({
  status: 200,
  body: {
    keypairs: [...world.keypairs].map(([name, key]) => ({ keypair: { name, type: 'ssh', public_key: key } })),
  },
});

/** What of Nova's API is simulated: method, form of the path, and what it does. */
const ROUTES: readonly (readonly [method: string, path: RegExp, route: Route])[] = [
  ['POST', /^\/servers$/, create],
  ['GET', /^\/servers$/, list(false)],
  ['GET', /^\/servers\/detail$/, list(true)],
  ['GET', /^\/servers\/([^/]+)$/, show],
  [
    'DELETE',
    /^\/servers\/([^/]+)$/,
    (world, _, id) => {
      world.delete(reachable(world, id));
      return { status: 204 };
    },
  ],
  ['POST', /^\/servers\/([^/]+)\/action$/, action],
  ['POST', /^\/servers\/([^/]+)\/metadata$/, label],
  ['GET', /^\/flavors\/detail$/, flavours],
  ['GET', /^\/os-availability-zone$/, zones],
  ['POST', /^\/os-keypairs$/, addKeypair],
  ['GET', /^\/os-keypairs$/, keypairs],
  [
    'GET',
    /^\/os-keypairs\/([^/]+)$/,
    ({ keypairs }, _, name) => {
      const key = keypairs.get(name);
      if (key === undefined) throw new Refusal(404, `Keypair ${name} not found for user grid`);
      return { status: 200, body: { keypair: { name, type: 'ssh', public_key: key } } };
    },
  ],
  [
    'DELETE',
    /^\/os-keypairs\/([^/]+)$/,
    (world, _, name) => {
      world.deleteKeypair(name);
      return { status: 202 };
    },
  ],
];

/** Does what Nova is asked, or refuses it. */
export const nova = (world: OpenStackWorld, asked: Asked): Reply => {
  for (const [method, path, route] of ROUTES) {
    const [, id = ''] = path.exec(asked.path) ?? [undefined];
    if (method === asked.method && path.test(asked.path)) return route(world, asked, decodeURIComponent(id));
  }
  throw new Refusal(404, 'The resource could not be found.');
};
