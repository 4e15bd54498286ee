import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import errorLogger from '@middy/error-logger';
import * as z from 'zod';
import type { Decision } from '../core/decisions.ts';
import { inShort } from '../core/in-short.ts';
import { NAMESPACE, type Service } from '../core/metrics.ts';
import { countDecision } from './count-decision.ts';
import { type Count, tally } from './tally.ts';
import { teller } from './tell.ts';
import type { Tell } from './write-down.ts';

/** What every Lambda wears: structured logs with the request's id, and errors logged once and thrown on. */
export const dress = <Event, Answer>(logger: Logger, work: (event: Event) => Promise<Answer>) =>
  middy<Event, Answer>()
    .use(injectLambdaContext(logger))
    .use(errorLogger({ logger: ({ error }) => logger.error('failed', { error }) }))
    .handler(work);

/** EventBridge's scheduled event; its time is the tick's own moment. */
const scheduledEvent = z.object({ time: z.iso.datetime() });

/** Metrics of a function, embedded in its log. */
export const metricsOf = (service: Service, stage: string): Metrics =>
  new Metrics({ namespace: NAMESPACE, serviceName: service, defaultDimensions: { Stage: stage } });

/** The moment of a timer's event, whole seconds since 1970. One that is delivered twice has the same. */
export const momentOf = (event: unknown): number =>
  Math.floor(Date.parse(scheduledEvent.parse(event).time) / 1000);

/** What a tick answers, for whoever invokes it by hand; a timer ignores it. */
interface TickAnswer {
  readonly at: number;
  readonly decisions: readonly {
    readonly queue: string;
    readonly kind: Decision['kind'];
    readonly what: string;
    readonly why: readonly string[];
  }[];
}

/**
 * A Lambda on a timer. `prepare` is called once per container, with the means to tell what is decided and to count what
 * happens; what it makes is called with the moment of each tick.
 */
export const onTimer = (
  of: Decision['of'],
  stage: string,
  prepare: (tell: Tell, count: Count) => (now: number) => Promise<readonly Decision[]>,
) => {
  const logger = new Logger({ serviceName: of });
  const metrics = metricsOf(of, stage);
  const tell = teller(logger, metrics);
  const counts = tally(of, metrics);
  const tick = prepare((decision) => {
    tell(decision);
    countDecision(decision, counts.count);
  }, counts.count);
  const counted = async (at: number): Promise<readonly Decision[]> => {
    try {
      const decisions = await tick(at);
      counts.count('Ticks', 1);
      return decisions;
    } finally {
      counts.publish(at);
    }
  };
  return dress(logger, async (event: unknown): Promise<TickAnswer> => {
    const at = momentOf(event);
    const decisions = await counted(at);
    return {
      at,
      decisions: decisions.map((decision) => {
        const { queue, kind, why } = decision;
        return { queue, kind, what: inShort(decision), why };
      }),
    };
  });
};
