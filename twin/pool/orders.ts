import { noTemplate, otherQueues, Refused } from '../../collector/serve/refused.ts';
import type { TemplateRequest } from '../../core/model/about.ts';
import {
  NOT_IN_COLLECTOR,
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
