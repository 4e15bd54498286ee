import * as z from 'zod';
import { endpointAbout } from '../core/model/about.ts';
import { challengeJoin, challengeReply, challengeRequest } from '../core/model/challenge.ts';
import {
  joinReply,
  joinRequest,
  poolView,
  removeReply,
  removeRequest,
  statesReply,
  statesRequest,
  submitReply,
  submitRequest,
  workersReply,
  workersRequest,
} from '../core/model/pool.ts';

/** What one address of the endpoint takes and answers, for people and programs that read of it. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly does: string;
  /** Who may ask: whoever has the bearer secret; the secret of metrics too; or everybody. */
  readonly asks: 'secret' | 'secret or metrics secret' | 'anybody';
  readonly request?: z.ZodType;
  /** Absent: a text that is no JSON. */
  readonly reply?: z.ZodType;
  /** Refusals that it has beside those of all addresses, by their status. */
  readonly refuses?: Readonly<Record<number, string>>;
}

const OUTAGE = { 503: 'HTCondor could not be asked; ask again later.' };

const workers = (does: string): Route => ({
  method: 'POST',
  does,
  asks: 'secret',
  request: workersRequest,
  reply: workersReply,
  refuses: OUTAGE,
});

/** Every address of the endpoint. */
export const ROUTES = {
  '/healthz': {
    method: 'GET',
    does: 'Says that the endpoint runs, and nothing of the pool.',
    asks: 'anybody',
    reply: z.object({ ok: z.literal(true) }),
  },
  '/metrics': { method: 'GET', does: 'Tells its metrics to Prometheus.', asks: 'secret or metrics secret' },
  '/v1/pool': {
    method: 'GET',
    does: 'Tells the pool: pilots and plain jobs that wait and run, and workers. A part that is not complete says why, and must not be acted on.',
    asks: 'secret',
    reply: poolView,
  },
  '/v1/about': {
    method: 'GET',
    does: 'Says what the endpoint is and what a stage has to agree with.',
    asks: 'secret',
    reply: endpointAbout,
  },
  '/v1/pilots': {
    method: 'POST',
    does: 'Submits pilots of the template of a queue; the same request again submits none.',
    asks: 'secret',
    request: submitRequest,
    reply: submitReply,
    refuses: {
      ...OUTAGE,
      404: 'The queue has no template.',
      409: 'The template cannot be submitted, or the request id has submitted for another queue.',
    },
  },
  '/v1/pilots/remove': {
    method: 'POST',
    does: 'Removes idle pilots of a queue, newest first, and leaves as many as it is told.',
    asks: 'secret',
    request: removeRequest,
    reply: removeReply,
    refuses: { ...OUTAGE, 404: 'The queue has no template.' },
  },
  '/v1/states': {
    method: 'POST',
    does: 'Advertises in the collector what queues and fleets wait for, for users of the pool.',
    asks: 'secret',
    request: statesRequest,
    reply: statesReply,
    refuses: OUTAGE,
  },
  '/v1/workers/drain': workers('Lets workers take no new job; those that run end by themselves.'),
  '/v1/workers/undrain': workers('Lets workers that were drained take jobs again.'),
  '/v1/workers/forget': workers('Takes workers out of the collector whose machines are gone.'),
  '/v1/workers/challenge': {
    method: 'POST',
    does: 'Has a challenge written into the metadata of a server of an OpenStack, which only that server reads.',
    asks: 'anybody',
    request: challengeRequest,
    reply: challengeReply,
    refuses: {
      403: 'The server is none of this pool’s that waits to join.',
      404: 'The endpoint knows no OpenStack.',
      429: 'Too many requests that were refused have come from this address.',
      503: 'The cloud could not be asked, or too many wait; ask again, after Retry-After if it is there.',
    },
  },
  '/v1/workers/join': {
    method: 'POST',
    does: 'Gives a booting worker its token, for a proof of who it is that its role has signed, or for the answer to its challenge.',
    asks: 'anybody',
    request: z.union([joinRequest, challengeJoin]),
    reply: joinReply,
    refuses: {
      403: 'The proof proves nothing, or not that it is a worker of this pool.',
      409: 'The instance has joined already.',
      429: 'Too many proofs that prove nothing have come from this address.',
      503: 'STS could not be asked, or too many wait; ask again, after Retry-After if it is there.',
    },
  },
} as const satisfies Readonly<Record<string, Route>>;
