import { finished } from 'node:stream/promises';
import {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import * as z from 'zod';
import { challengeJoin, challengeRequest } from '../core/model/challenge.ts';
import { NUDGE_HEADER, TICK_SECONDS_HEADER } from '../core/model/nudge.ts';
import {
  joinRequest,
  type refusal,
  removeRequest,
  statesRequest,
  submitRequest,
  workersRequest,
} from '../core/model/pool.ts';
import type { Endpoint } from './endpoint.ts';
import {
  HEADERS_SECONDS,
  KEEP_ALIVE_SECONDS,
  LOOK_FOR_LATE_SECONDS,
  REQUEST_SECONDS,
  SILENCE_SECONDS,
} from './limits.ts';
import type { TickAsks } from './nudge/nudging.ts';
import { ROUTES } from './routes.ts';
import { busy, noOpenStack, Refused } from './serve/refused.ts';
import type { Admits } from './serve/secrets.ts';

/** A listening socket's certificate and key; null for plain HTTP. */
export interface TlsOptions {
  readonly key: Buffer;
  readonly cert: Buffer;
  readonly minVersion: 'TLSv1.2';
}

export interface ApiOptions {
  readonly endpoint: Endpoint;
  /** Who may ask everything, and who else may ask for the metrics. */
  readonly admits: Admits;
  readonly admitsToMetrics: Admits;
  readonly tls: TlsOptions | null;
  /** How many connections there may be; as many as the system allows if nothing is said. */
  readonly connections?: number;
  /** Where lines go; false: nothing is logged. */
  readonly log: false | { write(line: string): void };
}

/** A thousand instance ids take 25 KB. */
const BODY_BYTES = 128 * 1024;
const JOIN_BODY_BYTES = 16 * 1024;
/** A thousand queues, each with the longest sentence there is. */
const STATES_BODY_BYTES = 1024 * 1024;

const said = (error: string) => ({ error }) satisfies z.input<typeof refusal>;

/** What the framework itself refuses, in a sentence of ours. */
const FRAMEWORK: Readonly<Record<number, string>> = {
  400: 'The body is not JSON; send a JSON object.',
  413: `The body is longer than the ${BODY_BYTES} bytes that any request needs.`,
  414: 'The address is too long.',
  415: 'The body has to be sent as application/json.',
};

const parsed = <T>(schema: z.ZodType<T>, body: unknown): T => {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new Refused(400, `The request is not valid: ${issues.slice(0, 5).join('; ')}.`);
};

/** Whether a server of an OpenStack asks to join, by its id alone. */
const isOfOpenStack = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'instanceId' in body && /^os-/.test(String(body.instanceId));

const statusOf = (error: unknown): number => {
  if (error instanceof Refused) return error.status;
  const given = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof given === 'number' && given >= 400 && given < 500 ? given : 500;
};

/** A connection that is closed on a caller who still sends is reset, and what was said is lost on the way. */
const readToEnd = (raw: FastifyRequest['raw']): Promise<void> => finished(raw.resume()).catch(() => {});

const failed = async (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
  const status = statusOf(error);
  if (status === 500) request.log.error({ err: error }, 'a request failed');
  const sentence =
    error instanceof Refused
      ? error.message
      : (FRAMEWORK[status] ??
        (status === 500
          ? 'The endpoint failed; its log says why.'
          : 'The request is not HTTP as it should be.'));
  if (error instanceof Refused && error.retryAfterSeconds !== undefined) {
    reply.header('retry-after', error.retryAfterSeconds);
  }
  // No longer than any request may take to arrive.
  if (status === 413) await readToEnd(request.raw);
  return reply.code(status).send(said(sentence));
};

const isRoute = (path: string): path is keyof typeof ROUTES => Object.hasOwn(ROUTES, path);

const notThere = (request: FastifyRequest, reply: FastifyReply) => {
  const path = request.url.replace(/\?.*/, '');
  const method = isRoute(path) ? ROUTES[path].method : undefined;
  if (method === undefined) return reply.code(404).send(said('There is nothing at this address.'));
  return reply
    .code(405)
    .header('allow', method)
    .send(said(`${path} takes ${method} and nothing else.`));
};

const secretGuard =
  ({ admits, admitsToMetrics }: ApiOptions) =>
  async (request: FastifyRequest) => {
    const { authorization } = request.headers;
    if (await admits(authorization)) return;
    if (request.routeOptions.url === '/metrics' && (await admitsToMetrics(authorization))) return;
    throw new Refused(
      401,
      'The bearer secret is missing or wrong; take the one that the endpoint was set up with.',
    );
  };

const tickSeconds = z.coerce.number().int().min(1).max(3_600);

/** What a workers tick says of itself; undefined: nobody's, or one that wants no nudges. */
const tickOf = (headers: FastifyRequest['headers']): TickAsks | undefined => {
  const url = headers[NUDGE_HEADER];
  const seconds = tickSeconds.safeParse(headers[TICK_SECONDS_HEADER]);
  return typeof url === 'string' && seconds.success ? { url, tickSeconds: seconds.data } : undefined;
};

const routes = (app: FastifyInstance, options: ApiOptions) => {
  const { endpoint } = options;
  const guarded = { onRequest: secretGuard(options) };
  app.get('/healthz', () => ({ ok: true }));
  app.get('/metrics', guarded, async (_, reply) =>
    reply.type(endpoint.metrics.contentType).send(await endpoint.metricsText()),
  );
  app.get('/v1/pool', guarded, async (request, reply) => {
    const { json, gzipped } = await endpoint.pool(tickOf(request.headers));
    const packs = /\bgzip\b(?!\s*;\s*q=0(\.0*)?(,|$))/.test(String(request.headers['accept-encoding']));
    reply.type('application/json; charset=utf-8').header('vary', 'accept-encoding');
    return packs ? reply.header('content-encoding', 'gzip').send(gzipped) : reply.send(json);
  });
  app.get('/v1/about', guarded, () => endpoint.about());
  app.post('/v1/pilots', guarded, ({ body }) => endpoint.submit(parsed(submitRequest, body)));
  app.post('/v1/pilots/remove', guarded, ({ body }) => endpoint.remove(parsed(removeRequest, body)));
  app.post('/v1/states', { ...guarded, bodyLimit: STATES_BODY_BYTES }, ({ body }) =>
    endpoint.tellUsers(parsed(statesRequest, body)),
  );
  for (const verb of ['drain', 'undrain', 'forget'] as const) {
    app.post(`/v1/workers/${verb}`, guarded, ({ body }) =>
      endpoint[verb](parsed(workersRequest, body).instanceIds),
    );
  }
  // No secret: whoever asks proves who it is.
  const placeToWait = async () => {
    if (endpoint.joinsAreFull?.() === true) throw busy();
  };
  const callerOf = ({ ip, raw }: FastifyRequest) => ({ address: ip, hasHungUp: () => raw.socket.destroyed });
  app.post('/v1/workers/join', { bodyLimit: JOIN_BODY_BYTES, onRequest: placeToWait }, (request) => {
    const { body } = request;
    const join = isOfOpenStack(body) ? parsed(challengeJoin, body) : parsed(joinRequest, body);
    return endpoint.join(join, callerOf(request));
  });
  app.post('/v1/workers/challenge', { bodyLimit: JOIN_BODY_BYTES }, (request) => {
    const asked = parsed(challengeRequest, request.body);
    if (endpoint.challenge === undefined) throw noOpenStack();
    return endpoint.challenge(asked, callerOf(request));
  });
};

/** One line for each request that may change something or was refused; headers and bodies stay out of the log. */
const follow = (app: FastifyInstance, { endpoint }: ApiOptions) => {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const seconds = reply.elapsedTime / 1000;
    endpoint.metrics.answered(route, reply.statusCode, seconds);
    if (request.method === 'GET' && reply.statusCode < 400) return;
    request.log.info({ route, status: reply.statusCode, seconds, from: request.ip }, 'answered');
  });
};

const replyTo = (status: string, sentence: string): string => {
  const body = JSON.stringify(said(sentence));
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\nconnection: close\r\n`;
  return `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};

const MALFORMED = replyTo('400 Bad Request', 'This is not HTTP as it should be.');
const LATE = replyTo(
  '408 Request Timeout',
  `The headers have to arrive within ${HEADERS_SECONDS} s, the whole request within ${REQUEST_SECONDS} s.`,
);

/**
 * Of headersTimeout and requestTimeout Node takes the larger for the whole request, whichever it is; it looks each
 * connectionsCheckingInterval.
 */
const TIMES = {
  headersTimeout: HEADERS_SECONDS * 1000,
  requestTimeout: REQUEST_SECONDS * 1000,
  connectionsCheckingInterval: LOOK_FOR_LATE_SECONDS * 1000,
};
const HANDSHAKE = { handshakeTimeout: HEADERS_SECONDS * 1000 };

/** More than this is hung up on; a connection that cannot be taken is the caller's trouble and not the end of the server. */
const bounded = (app: FastifyInstance, { connections, endpoint }: ApiOptions) => {
  const { server } = app;
  if (connections !== undefined) server.maxConnections = connections;
  server.on('drop', () => endpoint.metrics.connectionDropped());
  server.on('error', (err) => app.log.error({ err }, 'a connection could not be taken'));
};

/** The endpoint's API over HTTP, whatever pool is behind it, as a server that does not listen yet. */
export const api = (options: ApiOptions): FastifyInstance => {
  const app = fastify({
    logger:
      options.log === false
        ? false
        : {
            level: 'info',
            base: null,
            timestamp: () => `,"at":"${new Date().toISOString()}"`,
            stream: options.log,
          },
    // One line of our own instead.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES,
    requestTimeout: TIMES.requestTimeout,
    keepAliveTimeout: KEEP_ALIVE_SECONDS * 1000,
    connectionTimeout: SILENCE_SECONDS * 1000,
    trustProxy: false,
    forceCloseConnections: true,
    ...(options.tls === null ? { http: TIMES } : { https: { ...options.tls, ...TIMES, ...HANDSHAKE } }),
    frameworkErrors: failed,
    clientErrorHandler({ code }, socket) {
      if (!socket.writable) return;
      socket.end(code === 'ERR_HTTP_REQUEST_TIMEOUT' ? LATE : MALFORMED);
    },
  });
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(failed);
  app.setNotFoundHandler(notThere);
  bounded(app, options);
  follow(app, options);
  routes(app, options);
  return app;
};
