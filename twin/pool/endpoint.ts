import { constants, gzipSync } from 'node:zlib';
import type { Endpoint } from '../../collector/endpoint.ts';
import type { Nudging } from '../../collector/nudge/nudging.ts';
import { poolUsers } from '../../collector/orders/pool-users.ts';
import { metrics } from '../../collector/serve/metrics.ts';
import { Refused } from '../../collector/serve/refused.ts';
import { API_VERSION, type EndpointAbout } from '../../core/model/about.ts';
import type { PoolView } from '../../core/model/pool.ts';
import { simulatedOrders, type TemplateQueue } from './orders.ts';
import type { PoolWorld } from './world.ts';

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
