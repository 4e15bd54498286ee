import { answerOf, EndpointError } from '../../../adapters/endpoint-answer.ts';
import type { HttpOutcome } from '../../../adapters/http.ts';
import { type EndpointAbout, endpointAbout } from '../../../core/model/about.ts';
import { type PoolView, poolView } from '../../../core/model/pool.ts';
import { hear, lookAtTls, type TlsLook } from './wire.ts';

/** What came of asking the endpoint. */
export type Answered<T> =
  | { readonly kind: 'told'; readonly value: T }
  /** It is not this endpoint's secret. */
  | { readonly kind: 'secret refused' }
  /** There is nothing at this address. */
  | { readonly kind: 'not there' }
  | { readonly kind: 'failed'; readonly why: string };

/** The endpoint as it answered. `clockAhead`: seconds that its clock is ahead of ours. */
export interface SeenEndpoint {
  readonly about: Answered<EndpointAbout>;
  readonly view: Answered<PoolView>;
  readonly clockAhead?: number;
}

/** It gives HTCondor's tools 20 s. */
const TIMEOUT_SECONDS = 25;

interface Parser<T> {
  readonly parse: (outcome: HttpOutcome) => T;
}

const aboutOf: Parser<EndpointAbout> = { parse: (outcome) => answerOf(outcome, endpointAbout) };
const viewOf: Parser<PoolView> = { parse: (outcome) => answerOf(outcome, poolView) };

const toldBy = <T>(outcome: HttpOutcome, { parse }: Parser<T>): Answered<T> => {
  if (outcome.kind === 'answered' && outcome.status === 401) return { kind: 'secret refused' };
  if (outcome.kind === 'answered' && outcome.status === 404) return { kind: 'not there' };
  try {
    return { kind: 'told', value: parse(outcome) };
  } catch (error) {
    if (error instanceof EndpointError) return { kind: 'failed', why: error.message };
    throw error;
  }
};

export interface EndpointCall {
  readonly baseUrl: string;
  readonly secret: string;
  readonly authorities: readonly string[];
  /** Seconds since 1970. */
  readonly now: () => number;
}

/** Asks the endpoint what it says of itself, and for its pool. */
export const seeEndpoint = async (call: EndpointCall): Promise<SeenEndpoint> => {
  const { baseUrl, secret, authorities, now } = call;
  const ask = async (path: string) => {
    const sentAt = now();
    const { outcome } = await hear(
      {
        url: `${baseUrl.replace(/\/$/, '')}${path}`,
        method: 'GET',
        headers: { accept: 'application/json', authorization: `Bearer ${secret}` },
        timeoutSeconds: TIMEOUT_SECONDS,
        random: () => 0,
      },
      authorities,
    );
    return { outcome, ourTime: (sentAt + now()) / 2 };
  };
  const [about, view] = await Promise.all([ask('/v1/about'), ask('/v1/pool')]);
  const told = toldBy(about.outcome, aboutOf);
  return {
    about: told,
    view: toldBy(view.outcome, viewOf),
    ...(told.kind === 'told' ? { clockAhead: told.value.now - about.ourTime } : {}),
  };
};

/** Looks at the endpoint's certificate as those see it who trust these authorities. */
export const seeEndpointTls = (baseUrl: string, authorities: readonly string[]): Promise<TlsLook> =>
  lookAtTls(baseUrl, authorities, TIMEOUT_SECONDS);
