import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { type Face, face, readBody, reply } from '../wire/http.ts';
import { type Asked, nova } from './nova.ts';
import { keystoneBody, novaBody, Refusal } from './refusal.ts';
import type { OpenStackWorld } from './world.ts';

/** The name and the id of its one project. */
export const PROJECT = 'grid';
const NOVA = '/v2.1';

/** Nova's versions, as that of 2025.1. */
const [OLDEST, NEWEST] = [1, 100];

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'Malformed request body');
  }
};

const entrance = z.strictObject({
  auth: z.strictObject({
    identity: z.strictObject({
      methods: z.tuple([z.literal('application_credential')]),
      application_credential: z.strictObject({ id: z.string(), secret: z.string() }),
    }),
  }),
});

const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
};

const microversion = (request: IncomingMessage): number => {
  const given = headerOf(request, 'openstack-api-version');
  if (given === undefined) return OLDEST;
  const [, version] = /^compute 2\.([0-9]+)$/.exec(given) ?? [];
  if (version === undefined) throw new Refusal(400, `API Version String ${given} is of invalid format.`);
  if (Number(version) < OLDEST || Number(version) > NEWEST)
    throw new Refusal(
      406,
      `Version 2.${version} is not supported by the API. Minimum is 2.${OLDEST} and maximum is 2.${NEWEST}.`,
    );
  return Number(version);
};

const matches = (rule: string, path: string): boolean =>
  new RegExp(
    `^${rule
      .split('*')
      .map((part) => part.replace(/[.]/g, '\\.'))
      .join('[^/]+')}$`,
  ).test(path);

/** Keystone's middleware in front of Nova: it knows the token, and what its credential may ask for. */
const authorize = (world: OpenStackWorld, request: IncomingMessage, path: string): void => {
  const holder = world.holder(headerOf(request, 'x-auth-token') ?? '');
  const rules = world.options.credentials.find(({ id }) => id === holder)?.accessRules ?? [];
  if (!rules.some((rule) => rule.method === request.method && matches(rule.path, path)))
    throw new Refusal(401, '');
};

const send = (response: ServerResponse, status: number, body?: object): void => {
  if (body === undefined) response.writeHead(status, { 'content-length': 0 }).end();
  else reply(response, status, 'application/json', JSON.stringify(body));
};

interface FaceOptions {
  /** Where callers reach it, as its catalog says; absent: as it is. */
  readonly reachedAt?: () => string | undefined;
}

/** Keystone under `/v3` and Nova under `/v2.1`, on one port. */
export const openStackFace = async (
  world: OpenStackWorld,
  { reachedAt }: FaceOptions = {},
): Promise<Face> => {
  const enter = (response: ServerResponse, text: string): void => {
    const parsed = entrance.safeParse(jsonOf(text));
    if (!parsed.success) throw new Refusal(400, parsed.error.message);
    const { id, secret } = parsed.data.auth.identity.application_credential;
    response.setHeader('x-subject-token', world.enter(id, secret));
    const endpoint = { interface: 'public', region: world.options.region, region_id: world.options.region };
    send(response, 201, {
      token: {
        methods: ['application_credential'],
        project: { id: PROJECT, name: PROJECT },
        catalog: [
          {
            type: 'compute',
            name: 'nova',
            endpoints: [{ ...endpoint, url: `${reachedAt?.() ?? served.url}${NOVA}` }],
          },
        ],
      },
    });
  };
  const serveNova = (request: IncomingMessage, response: ServerResponse, url: URL, text: string): void => {
    authorize(world, request, url.pathname);
    const asked: Asked = {
      method: request.method ?? '',
      path: url.pathname.slice(NOVA.length),
      query: url.searchParams,
      body: text === '' ? undefined : jsonOf(text),
      version: microversion(request),
      url: `${served.url}${NOVA}`,
      project: PROJECT,
    };
    const { status, body } = nova(world, asked);
    send(response, status, body);
  };
  const served: Face = await face(async (request, response) => {
    const text = await readBody(request);
    const absence = world.absence();
    if (absence === 'silent') return;
    if (absence === 'refuses') {
      reply(response, 503, 'text/html', '<html><body>No server is available.</body></html>');
      return;
    }
    const url = new URL(request.url ?? '/', 'http://openstack');
    const isNova = url.pathname.startsWith(`${NOVA}/`);
    try {
      if (isNova) serveNova(request, response, url, text);
      else if (url.pathname === '/v3/auth/tokens' && request.method === 'POST') enter(response, text);
      else throw new Refusal(404, 'The resource could not be found.');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
      send(response, error.status, isNova ? novaBody(error) : keystoneBody(error));
    }
  });
  return served;
};
