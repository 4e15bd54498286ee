import * as z from 'zod';
import {
  type PoolView,
  poolView,
  removeReply,
  statesReply,
  submitReply,
  type WorkersReply,
  workersReply,
} from '../core/model/pool.ts';
import { known, type Snapshot, unknown } from '../core/model/snapshot.ts';
import type { PoolPilots, PoolSight, PoolUsers, PoolWorkers } from '../core/ports.ts';
import type { Certificates } from './certificates.ts';
import { answerOf, EndpointError, EndpointOutage } from './endpoint-answer.ts';
import { request } from './http.ts';
import { poolAnswer } from './pool-answer.ts';

export interface EndpointOptions {
  /** `https://cm.example.org:9619`; without TLS only on this machine itself, since the secret travels with each call. */
  readonly baseUrl: string;
  /** Whose queues and fleets the users of the pool are told of. */
  readonly stage: string;
  readonly timeoutSeconds: number;
  /** Of the process. A larger answer than it can bear is an outage, and does not end it; absent: that of a function. */
  readonly memoryMb?: number;
  /** Asked once, and once more when the endpoint does not take what it gave: the admin may have changed it. */
  readonly secret: () => Promise<string>;
  readonly random: () => number;
  readonly certificates?: Certificates;
  /** What goes with each request for a view besides: how the endpoint may nudge whoever asks. */
  readonly nudge?: () => Promise<Readonly<Record<string, string>>>;
}

/**
 * A view whose workers nobody reads: they are nearly all of it, and are not looked at one by one. Whether the part is
 * complete still counts.
 */
const viewWithoutWorkers = z.object({
  ...poolView.shape,
  workers: poolView.shape.workers.omit({ workers: true }).transform((of) => ({ ...of, workers: [] })),
});

/** A view of 100,000 workers is 25 MB, and a whole tick over it takes 389 MB (npm run bench -- whole). */
const MEMORY_PER_ANSWER = 16;
const USUAL_MEMORY_MB = 512;

/** What one request about workers may name (`workersRequest` in core). */
const WORKERS_AT_ONCE = 1_000;

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const checked = (baseUrl: string): string => {
  const { protocol, hostname } = new URL(baseUrl);
  if (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))) {
    return baseUrl.replace(/\/$/, '');
  }
  throw new Error(
    `The endpoint has to be reached by https, not ${protocol}//${hostname}: set AERIE_ENDPOINT_URL.`,
  );
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A secret that is fetched when it is first needed, and again when it is asked for anew or could not be had. */
const heldSecret = (fetchSecret: () => Promise<string>) => {
  let held: Promise<string> | undefined;
  return async (anew: boolean): Promise<string> => {
    if (anew || held === undefined) held = fetchSecret();
    try {
      return (await held).trim();
    } catch (error) {
      held = undefined;
      throw new EndpointOutage(`the endpoint's secret could not be read: ${messageOf(error)}`, {
        cause: error,
      });
    }
  };
};

const slices = <T>(all: readonly T[], length: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / length) }, (_, i) => all.slice(i * length, (i + 1) * length));

interface Endpoint extends PoolSight, PoolPilots, PoolUsers, PoolWorkers {
  /** The view for queue 1, which has no use for workers: it shows none of them. */
  viewForPilots(): Promise<Snapshot<PoolView>>;
}

/**
 * The pool, through the endpoint beside its collector. `view` gives every failure as an unknown snapshot; the others
 * throw EndpointRefusal or EndpointOutage.
 */
export const endpoint = (options: EndpointOptions): Endpoint => {
  const baseUrl = checked(options.baseUrl);
  const { stage, timeoutSeconds, random, certificates, nudge = async () => ({}) } = options;
  const { memoryMb = USUAL_MEMORY_MB } = options;
  const secretOf = heldSecret(options.secret);

  const send = async (path: string, body: unknown, anew: boolean) =>
    request({
      url: `${baseUrl}/v1/${path}`,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${await secretOf(anew)}`,
        ...(path === 'pool' ? await nudge() : {}),
      },
      ...(body === undefined ? {} : { body }),
      timeoutSeconds,
      maxBytes: (memoryMb / MEMORY_PER_ANSWER) * 2 ** 20,
      random,
      certificates,
    });

  const call = async <T>(path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> => {
    const first = await send(path, body, false);
    const unauthorised = first.kind === 'answered' && first.status === 401;
    return answerOf(unauthorised ? await send(path, body, true) : first, schema);
  };

  const workers = async (verb: string, instanceIds: readonly string[]): Promise<WorkersReply> => {
    const replies: WorkersReply[] = [];
    for (const some of slices(instanceIds, WORKERS_AT_ONCE)) {
      replies.push(await call(`workers/${verb}`, workersReply, { instanceIds: some }));
    }
    return {
      done: replies.flatMap(({ done }) => done),
      failed: replies.flatMap(({ failed }) => failed),
    };
  };

  const view = async (schema: z.ZodType<PoolView>): Promise<Snapshot<PoolView>> => {
    try {
      const seen = await call('pool', schema);
      return known(seen, seen.observedAt);
    } catch (error) {
      if (error instanceof EndpointError) return unknown(error.message);
      throw error;
    }
  };

  return {
    view: () => view(poolAnswer),
    viewForPilots: () => view(viewWithoutWorkers),
    submit: (asked) => call('pilots', submitReply, asked),
    remove: async (asked) => (await call('pilots/remove', removeReply, asked)).removed,
    drain: (instanceIds) => workers('drain', instanceIds),
    undrain: (instanceIds) => workers('undrain', instanceIds),
    forget: (instanceIds) => workers('forget', instanceIds),
    async tellUsers(states) {
      if (states.length === 0) return;
      try {
        await call('states', statesReply, { stage, states });
      } catch (error) {
        // An endpoint that is away, or does not know of this yet: the ads in the collector end by themselves.
        if (!(error instanceof EndpointError)) throw error;
      }
    },
  };
};
