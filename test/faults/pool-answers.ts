import { EndpointOutage, EndpointRefusal } from '../../adapters/endpoint-answer.ts';
import {
  type PoolView,
  refusal,
  removeReply,
  submitReply,
  type WorkersReply,
  workersReply,
} from '../../core/pool.ts';
import type { PoolPilots, PoolSight, PoolWorkers } from '../../core/ports.ts';
import { type Snapshot, unknown } from '../../core/snapshot.ts';
import { endpointOrders } from '../../twin/pool/face.ts';
import { stream } from '../../twin/random.ts';
import type { Pass } from './aws.ts';
import type { Invocation } from './gate.ts';
import { QUEUE_NAMES, type Truth } from './truth.ts';
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
  readonly orders: ReturnType<typeof endpointOrders>;
}

export const poolOrders = ({ pool }: Truth) => endpointOrders(pool, { queues: QUEUE_NAMES });

/** The endpoint, as one process of a handler asks it. */
export const poolPort = (
  { seed, weather, witness, views, orders }: PoolOptions,
  pass: Pass,
  current: () => Invocation,
): PoolSight & PoolPilots & PoolWorkers => {
  const post = (path: string, body: object): unknown => {
    const { id, calls } = current();
    const isDown = weather.is('endpoint takes no orders') || weather.is('endpoint down');
    // Half of the orders that get no answer have been carried out.
    if (isDown && stream(seed, 'outage', id, calls)() < 0.5) return noReply();
    const { status, body: answer } = orders[path]?.(JSON.stringify(body)) ?? { status: 404, body: {} };
    if (status >= 400) throw new EndpointRefusal(refusal.parse(answer).error);
    return isDown ? noReply() : answer;
  };
  const workers =
    (verb: 'drain' | 'undrain' | 'forget') =>
    (instanceIds: readonly string[]): Promise<WorkersReply> => {
      const by = current();
      if (verb === 'drain') witness.draining(instanceIds, by);
      const act = () => {
        if (verb === 'undrain') witness.undraining(instanceIds);
        return workersReply.parse(post(`/v1/workers/${verb}`, { instanceIds }));
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
        return submitReply.parse(post('/v1/pilots', request));
      };
      return pass('pool submit', act, outage);
    },
    remove(request) {
      const by = current();
      const act = () => {
        witness.pilotsRemoved(request.queue, by);
        return removeReply.parse(post('/v1/pilots/remove', request)).removed;
      };
      return pass('pool remove', act, outage);
    },
    drain: workers('drain'),
    undrain: workers('undrain'),
    forget: workers('forget'),
  };
};
