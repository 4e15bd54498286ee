import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import {
  NOT_IN_COLLECTOR,
  type PoolView,
  refusal,
  removeRequest,
  submitRequest,
  type WorkersReply,
  workersRequest,
} from '../../core/pool.ts';
import { type Face, face, readBody, reply } from '../http.ts';
import { viewer } from './view.ts';
import type { PoolWorld } from './world.ts';

/** How the endpoint answers: as it should, or with a fault. */
type EndpointMode =
  | 'ok'
  /** Nobody listens. */
  | 'down'
  /** The same old view again and again. */
  | 'stale'
  /** condor_status failed: the workers are not known. */
  | 'partial';

export interface EndpointOptions {
  readonly secret: string;
  /** Queues for which a pilot template exists. */
  readonly queues: readonly string[];
}

export interface EndpointFace extends Face {
  turn(mode: EndpointMode): void;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const refuse = (status: number, error: string): Answer => ({ status, body: refusal.parse({ error }) });

const issues = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ');

/** Reads a body against its schema; what is wrong with it becomes a 400 with a sentence. */
const withBody = <T>(schema: z.ZodType<T>, body: string, use: (value: T) => Answer): Answer => {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return refuse(400, 'The body is not JSON; send a JSON object.');
  }
  const parsed = schema.safeParse(json);
  return parsed.success
    ? use(parsed.data)
    : refuse(400, `The request is not valid: ${issues(parsed.error)}.`);
};

/** What the endpoint does with what is posted to it, by path: each body is checked as the real one checks it. */
export const endpointOrders = (
  world: PoolWorld,
  options: Pick<EndpointOptions, 'queues'>,
): Readonly<Record<string, (body: string) => Answer>> => {
  const seen = new Map<string, number>();
  const unknownQueue = (queue: string) =>
    refuse(404, `There is no pilot template for queue ${queue}; the pool's admin has to add one.`);
  const each = (instanceIds: readonly string[], act: (id: string) => boolean): Answer => {
    const done = instanceIds.filter(act);
    const failed = instanceIds
      .filter((id) => !done.includes(id))
      .map((instanceId) => ({ instanceId, why: NOT_IN_COLLECTOR }));
    return ok({ done, failed } satisfies WorkersReply);
  };
  return {
    '/v1/pilots': (body) =>
      withBody(submitRequest, body, ({ requestId, queue, count, shape }) => {
        if (!options.queues.includes(queue)) return unknownQueue(queue);
        const before = seen.get(requestId);
        if (before !== undefined) return ok({ submitted: before, repeated: true });
        world.submit(requestId, queue, count, shape);
        seen.set(requestId, count);
        return ok({ submitted: count, repeated: false });
      }),
    '/v1/pilots/remove': (body) =>
      withBody(removeRequest, body, ({ queue, count, leave }) => {
        if (!options.queues.includes(queue)) return unknownQueue(queue);
        const spare = Math.max(0, world.idleOf(queue) - leave);
        return ok({ removed: world.remove(queue, Math.min(count, spare)) });
      }),
    '/v1/workers/drain': (body) =>
      withBody(workersRequest, body, ({ instanceIds }) =>
        each(instanceIds, (id) => world.setDraining(id, true)),
      ),
    '/v1/workers/undrain': (body) =>
      withBody(workersRequest, body, ({ instanceIds }) =>
        each(instanceIds, (id) => world.setDraining(id, false)),
      ),
    '/v1/workers/forget': (body) =>
      withBody(workersRequest, body, ({ instanceIds }) =>
        each(instanceIds, (id) => {
          world.forget(id);
          return true;
        }),
      ),
  };
};

/** The endpoint's API over the simulated pool. */
export const endpointFace = async (world: PoolWorld, options: EndpointOptions): Promise<EndpointFace> => {
  const posts = endpointOrders(world, options);
  const look = viewer(world);
  let mode: EndpointMode = 'ok';
  let frozen: PoolView | undefined;

  const view = (): PoolView => {
    if (mode === 'stale') {
      frozen ??= look();
      return frozen;
    }
    const now = look();
    return mode === 'partial'
      ? { ...now, workers: { complete: false, why: 'condor_status: communication error', workers: [] } }
      : now;
  };
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { url = '/', method = 'GET' } = request;
    if (url === '/healthz') return ok({ ok: true });
    if (request.headers.authorization !== `Bearer ${options.secret}`) {
      return refuse(401, 'The bearer secret is missing or wrong; take the one the pool was set up with.');
    }
    if (url === '/v1/pool') {
      return method === 'GET' ? ok(view()) : refuse(405, 'Ask for /v1/pool with GET.');
    }
    const post = posts[url];
    if (post === undefined) return refuse(404, `There is nothing at ${url}.`);
    return method === 'POST' ? post(await readBody(request)) : refuse(405, `Send ${url} a POST.`);
  };

  const served = await face(async (request, response) => {
    if (mode === 'down') {
      request.socket.destroy();
      return;
    }
    const { status, body } = await answer(request);
    reply(response, status, 'application/json', JSON.stringify(body));
  });
  return {
    ...served,
    turn(next) {
      mode = next;
      frozen = undefined;
    },
  };
};
