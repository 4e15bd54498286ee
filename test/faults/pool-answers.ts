import { EndpointOutage, EndpointRefusal } from '../../adapters/endpoint-answer.ts';
import { Refused } from '../../collector/serve/refused.ts';
import {
  type PoolView,
  removeRequest,
  submitRequest,
  type WorkersReply,
  workersRequest,
} from '../../core/model/pool.ts';
import { type Snapshot, unknown } from '../../core/model/snapshot.ts';
import type { PoolPilots, PoolSight, PoolWorkers } from '../../core/ports.ts';
import { stream } from '../../twin/clock/random.ts';
import type { Pass } from '../../twin/in-process/sdk.ts';
import { type SimulatedOrders, simulatedOrders } from '../../twin/pool/orders.ts';
import type { Invocation } from './gate.ts';
import { QUEUE_NAMES } from './queues.ts';
import type { Truth } from './truth.ts';
import type { Weather } from './weather.ts';
import type { Witness } from './witness.ts';

const noReply = (): never => {
  throw new EndpointOutage('the endpoint does not answer');
};
const outage = { lost: noReply, throttled: noReply };

export interface PoolOptions {
  readonly truth: Truth;
  readonly seed: number;
  readonly weather: Weather;
  readonly witness: Witness;
  readonly views: (invocation: Invocation) => Snapshot<PoolView>;
  readonly orders: SimulatedOrders;
}

export const poolOrders = ({ pool }: Truth): SimulatedOrders =>
  simulatedOrders(
    pool,
    QUEUE_NAMES.map((name) => ({ name, credentialExpiresAt: null })),
  );

/** What the endpoint's refusal becomes at its caller. */
const refused = (error: unknown): Error =>
  error instanceof Refused
    ? new EndpointRefusal(error.message)
    : new Error('the pool failed', { cause: error });

/** The endpoint, as one process of a handler asks it. */
export const poolPort = (
  { seed, weather, witness, views, orders }: PoolOptions,
  pass: Pass,
  current: () => Invocation,
): PoolSight & PoolPilots & PoolWorkers => {
  const order = <T>(give: () => T): T => {
    const { id, calls } = current();
    const isDown = weather.is('endpoint takes no orders') || weather.is('endpoint down');
    // Half of the orders that get no answer have been carried out.
    if (isDown && stream(seed, 'outage', id, calls)() < 0.5) return noReply();
    try {
      const answer = give();
      return isDown ? noReply() : answer;
    } catch (error) {
      throw error instanceof EndpointOutage ? error : refused(error);
    }
  };
  const workers =
    (verb: 'drain' | 'undrain' | 'forget') =>
    (instanceIds: readonly string[]): Promise<WorkersReply> => {
      const by = current();
      if (verb === 'drain') witness.draining(instanceIds, by);
      const act = () => {
        if (verb === 'undrain') witness.undraining(instanceIds);
        return order(() => orders[verb](workersRequest.parse({ instanceIds }).instanceIds));
      };
      return pass(`pool ${verb}`, act, outage);
    };
  return {
    view() {
      const by = current();
      const nothing = () => {
        by.doubts.add('the pool is unknown');
        return unknown('the endpoint did not answer');
      };
      const act = () => {
        const view = views(by);
        if (view.kind === 'known') witness.shown(view.value);
        return view;
      };
      return pass('pool view', act, { lost: nothing, throttled: nothing });
    },
    submit(request) {
      const by = current();
      const act = () => {
        witness.pilotsAsked(request.requestId, request.queue, by);
        return order(() => orders.submit(submitRequest.parse(request)));
      };
      return pass('pool submit', act, outage);
    },
    remove(request) {
      const by = current();
      const act = () => {
        witness.pilotsRemoved(request.queue, by);
        return order(() => orders.remove(removeRequest.parse(request))).removed;
      };
      return pass('pool remove', act, outage);
    },
    drain: workers('drain'),
    undrain: workers('undrain'),
    forget: workers('forget'),
  };
};
