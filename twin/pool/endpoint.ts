import { constants, gzipSync } from 'node:zlib';
import type { Endpoint } from '../../collector/endpoint.ts';
import type { Nudging } from '../../collector/nudge/nudging.ts';
import { poolUsers } from '../../collector/orders/pool-users.ts';
import { metrics } from '../../collector/serve/metrics.ts';
import { noTemplate, otherQueues, Refused } from '../../collector/serve/refused.ts';
import { API_VERSION, type EndpointAbout, type TemplateRequest } from '../../core/model/about.ts';
import {
  NOT_IN_COLLECTOR,
  type PoolView,
  type RemoveRequest,
  type SubmitRequest,
  type WorkersReply,
} from '../../core/model/pool.ts';
import { asRequested } from '../../core/model/resources.ts';
import type { PoolWorld } from './world.ts';

/** A queue for which there is a pilot template. */
export interface TemplateQueue {
  readonly name: string;
  /** When the credential of its pilots ends, in seconds since 1970; null if its template names none. */
  readonly credentialExpiresAt: number | null;
  /** What its template asks for by itself; absent: nothing. */
  readonly asks?: TemplateRequest;
  /** Why its jobs would not be counted as pilots, in a sentence; absent: they would. */
  readonly mistake?: string | undefined;
}

/** What the simulated endpoint has besides a pool. */
export interface Beside {
  readonly admission: Admission;
  /** Is told when a workers tick asks; absent: nobody is nudged. */
  readonly nudges?: Pick<Nudging, 'asked'> | undefined;
}

/** Whose workers the simulated endpoint would admit. Nothing asks its STS: its workers join by themselves. */
export interface Admission {
  readonly pool: string;
  readonly sts: EndpointAbout['sts'];
  readonly tokenSeconds: number;
  /** Absent: the version whose ways the simulated pool has. */
  readonly condor?: EndpointAbout['condor'];
}

/** The version of HTCondor whose ways the simulated pool has. */
const CONDOR_VERSION = '23.9.6';

/** Each instance once: done, or why not. */
const eachOf = (instanceIds: readonly string[], act: (id: string) => string | undefined): WorkersReply => {
  const outcomes = [...new Set(instanceIds)].map((instanceId) => ({ instanceId, why: act(instanceId) }));
  return {
    done: outcomes.filter(({ why }) => why === undefined).map(({ instanceId }) => instanceId),
    failed: outcomes.flatMap(({ instanceId, why }) => (why === undefined ? [] : [{ instanceId, why }])),
  };
};

const submitter = (world: PoolWorld, queues: readonly TemplateQueue[]) => {
  const before = new Map<string, { readonly queue: string; readonly count: number }>();
  return (request: SubmitRequest) => {
    const { requestId, queue, count, shape } = request;
    const template = queues.find(({ name }) => name === queue);
    if (template === undefined) throw noTemplate(queue);
    const earlier = before.get(requestId);
    if (earlier !== undefined) {
      if (earlier.queue !== queue) throw otherQueues(requestId, earlier.queue, queue);
      return { submitted: earlier.count, repeated: true };
    }
    const ends = template.credentialExpiresAt;
    if (ends !== null && ends <= world.clock.now) {
      throw new Refused(
        409,
        `The credential of queue ${queue}'s pilots ended at ${new Date(ends * 1000).toISOString()}; nothing was submitted. Renew it.`,
      );
    }
    if (template.mistake !== undefined) {
      throw new Refused(
        409,
        `${template.mistake} Nothing was submitted; the pool's admin has to correct it.`,
      );
    }
    world.submit({ ...request, shape: asRequested(shape) });
    before.set(requestId, { queue, count });
    return { submitted: count, repeated: false };
  };
};

/** What the endpoint does when it is told to, each at once; what it refuses is thrown as Refused. */
export const simulatedOrders = (world: PoolWorld, queues: readonly TemplateQueue[]) => {
  const draining = (wanted: boolean) => (instanceIds: readonly string[]) =>
    eachOf(instanceIds, (id) => (world.setDraining(id, wanted) ? undefined : NOT_IN_COLLECTOR));
  return {
    submit: submitter(world, queues),
    remove({ queue, count, leave, fleet }: RemoveRequest) {
      if (!queues.some(({ name }) => name === queue)) throw noTemplate(queue);
      const most = Math.min(count, Math.max(0, world.idleOf(queue, fleet) - leave));
      return { removed: world.remove(queue, most, fleet) };
    },
    drain: draining(true),
    undrain: draining(false),
    forget: (instanceIds: readonly string[]) =>
      eachOf(instanceIds, (id) => {
        world.forget(id);
        return undefined;
      }),
  };
};
export type SimulatedOrders = ReturnType<typeof simulatedOrders>;

/**
 * What the endpoint does, over the simulated pool. `look` takes a snapshot. HTTP is the endpoint's own, so only what is
 * behind it is simulated; test/contract says what both of them do.
 */
export const simulatedEndpoint = (
  world: PoolWorld,
  queues: readonly TemplateQueue[],
  look: () => PoolView,
  { admission, nudges }: Beside,
): Endpoint => {
  const told = metrics(() => world.clock.now);
  const orders = simulatedOrders(world, queues);
  return {
    metrics: told,
    async pool(tick) {
      const view = look();
      told.seen(view);
      const { observedAt } = view;
      if (tick !== undefined) nudges?.asked(tick, observedAt);
      const json = Buffer.from(JSON.stringify(view));
      return { observedAt, json, gzipped: gzipSync(json, { level: constants.Z_BEST_SPEED }) };
    },
    async about() {
      const templates = queues.map(({ name, credentialExpiresAt, asks = {}, mistake }) => ({
        queue: name,
        ...(mistake === undefined ? {} : { mistake }),
        asks,
        credentialExpiresAt,
      }));
      return {
        api: API_VERSION,
        now: world.clock.now,
        condor: { version: CONDOR_VERSION },
        ...admission,
        templates: templates.sort((a, b) => (a.queue < b.queue ? -1 : 1)),
      };
    },
    metricsText() {
      told.credentials(new Map(queues.map(({ name, credentialExpiresAt }) => [name, credentialExpiresAt])));
      return told.text();
    },
    submit: async (request) => orders.submit(request),
    remove: async (request) => orders.remove(request),
    drain: async (instanceIds) => orders.drain(instanceIds),
    undrain: async (instanceIds) => orders.undrain(instanceIds),
    forget: async (instanceIds) => orders.forget(instanceIds),
    tellUsers: poolUsers(
      async (_tool, _args, { input = '' } = {}) => {
        world.advertise(input);
        return { ok: true, stdout: '' };
      },
      () => world.clock.now,
    ),
    async join() {
      throw new Refused(403, 'The simulated pool has no STS to ask; its workers join by themselves.');
    },
  };
};
