import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import errorLogger from '@middy/error-logger';
import type { Decision } from '../core/decisions.ts';
import { inShort } from '../core/in-short.ts';
import { NAMESPACE, type Service } from '../core/metrics.ts';
import { countDecision } from './count-decision.ts';
import { type Count, type Find, tally } from './tally.ts';
import { teller } from './tell.ts';
import { tickEvent } from './tick-event.ts';
import type { Tell } from './write-down.ts';

/** What every Lambda wears: structured logs with the request's id, and errors logged once and thrown on. */
export const dress = <Event, Answer>(logger: Logger, work: (event: Event) => Promise<Answer>) =>
  middy<Event, Answer>()
    .use(injectLambdaContext(logger))
    .use(errorLogger({ logger: ({ error }) => logger.error('failed', { error }) }))
    .handler(work);

/** Metrics of a function, embedded in its log. */
export const metricsOf = (service: Service, stage: string): Metrics =>
  new Metrics({ namespace: NAMESPACE, serviceName: service, defaultDimensions: { Stage: stage } });

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
  prepare: (tell: Tell, count: Count, find: Find) => (now: number) => Promise<readonly Decision[]>,
) => {
  const logger = new Logger({ serviceName: of });
  const metrics = metricsOf(of, stage);
  const tell = teller(logger, metrics);
  const counts = tally(of, metrics);
  const decide = prepare(
    (decision) => {
      tell(decision);
      countDecision(decision, counts.count);
    },
    counts.count,
    counts.find,
  );
  const counted = async (at: number): Promise<readonly Decision[]> => {
    try {
      const decisions = await decide(at);
      counts.count('Ticks', 1);
      return decisions;
    } finally {
      counts.publish(at);
    }
  };
  return dress(logger, async (event: unknown): Promise<TickAnswer> => {
    const tick = tickEvent(event);
    const { at } = tick;
    if (tick.kind === 'late') {
      logger.warn(`a tick that came ${tick.lateSeconds} s late is left out: a later one does its work`, {
        at,
      });
      return { at, decisions: [] };
    }
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
