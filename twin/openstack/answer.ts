import * as z from 'zod';
import { type Asked, nova } from './nova.ts';
import { keystoneBody, novaBody, Refusal } from './refusal.ts';
import type { OpenStackWorld } from './world.ts';

/** The name and the id of its one project. */
export const PROJECT = 'grid';
const NOVA = '/v2.1';

/** Nova's versions, as that of 2025.1. */
const [OLDEST, NEWEST] = [1, 100];

/** A request, however it came. */
export interface Called {
  readonly method: string;
  readonly url: URL;
  /** By their names in small letters. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** Where Keystone and Nova are, as its caller finds them. */
  readonly reachedAt: string;
}

/** What goes back. */
interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

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

const headerOf = ({ headers }: Called, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
};

const microversion = (called: Called): number => {
  const given = headerOf(called, 'openstack-api-version');
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
const authorize = (world: OpenStackWorld, called: Called): void => {
  const holder = world.holder(headerOf(called, 'x-auth-token') ?? '');
  const rules = world.options.credentials.find(({ id }) => id === holder)?.accessRules ?? [];
  if (!rules.some((rule) => rule.method === called.method && matches(rule.path, called.url.pathname)))
    throw new Refusal(401, '');
};

const json = (status: number, body?: object, headers: Answered['headers'] = {}): Answered =>
  body === undefined
    ? { status, headers, text: '' }
    : { status, headers: { 'content-type': 'application/json', ...headers }, text: JSON.stringify(body) };

const NO_SERVER: Answered = {
  status: 503,
  headers: { 'content-type': 'text/html' },
  text: '<html><body>No server is available.</body></html>',
};

const enter = (world: OpenStackWorld, { text, reachedAt }: Called): Answered => {
  const parsed = entrance.safeParse(jsonOf(text));
  if (!parsed.success) throw new Refusal(400, parsed.error.message);
  const { id, secret } = parsed.data.auth.identity.application_credential;
  const token = world.enter(id, secret);
  const { region } = world.options;
  const endpoint = { interface: 'public', region, region_id: region, url: `${reachedAt}${NOVA}` };
  const body = {
    token: {
      methods: ['application_credential'],
      project: { id: PROJECT, name: PROJECT },
      catalog: [
        { type: 'identity', name: 'keystone', endpoints: [{ ...endpoint, url: `${endpoint.url}/not-nova` }] },
        {
          ...{ type: 'compute', name: 'nova' },
          endpoints: [{ ...endpoint, interface: 'internal', url: `${endpoint.url}/inside` }, endpoint],
        },
      ],
    },
  };
  return json(201, body, { 'x-subject-token': token });
};

const askNova = (world: OpenStackWorld, called: Called): Answered => {
  authorize(world, called);
  const { method, url, text, reachedAt } = called;
  const asked: Asked = {
    ...{ method, path: url.pathname.slice(NOVA.length), query: url.searchParams },
    body: text === '' ? undefined : jsonOf(text),
    version: microversion(called),
    ...{ url: `${reachedAt}${NOVA}`, project: PROJECT },
  };
  const { status, body } = nova(world, asked);
  return json(status, body);
};

/** Keystone under `/v3` and Nova under `/v2.1`. Undefined: nothing answers. */
export const openStackAnswer = (world: OpenStackWorld, called: Called): Answered | undefined => {
  const absence = world.absence();
  if (absence !== undefined) return absence === 'silent' ? undefined : NO_SERVER;
  const { pathname } = called.url;
  const isNova = pathname.startsWith(`${NOVA}/`);
  try {
    if (isNova) return askNova(world, called);
    if (pathname === '/v3/auth/tokens' && called.method === 'POST') return enter(world, called);
    throw new Refusal(404, 'The resource could not be found.');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return json(error.status, isNova ? novaBody(error) : keystoneBody(error), error.headers);
  }
};
