import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import errorLogger from '@middy/error-logger';
import type { Context } from 'aws-lambda';
import { type Decision, whose } from '../core/model/decision.ts';
import { NUDGE_GAP_SECONDS } from '../core/model/nudge.ts';
import { inShort } from '../core/tell/in-short.ts';
import { NAMESPACE, type Service } from '../core/tell/metrics.ts';
import { reasonsOf, type Said } from '../core/tell/reasons.ts';
import { tickEvent } from './events/tick-event.ts';
import type { InputsPorts } from './observe/keep-inputs.ts';
import type { TimeLeft } from './run/time-left.ts';
import { countDecision } from './tell/count-decision.ts';
import { type Count, type Find, NOTHING_COUNTED, tally } from './tell/tally.ts';
import { type QueueMetrics, teller } from './tell/tell.ts';
import { refusedInWords, type TellRefusal } from './tell/tell-refusals.ts';
import type { Tell } from './tell/write-down.ts';

/** What every Lambda wears: structured logs with the request's id, and errors logged once and thrown on. */
export const dress = <Event, Answer>(
  logger: Logger,
  work: (event: Event, context: Context) => Promise<Answer>,
) =>
  middy<Event, Answer>()
    .use(injectLambdaContext(logger))
    .use(errorLogger({ logger: ({ error }) => logger.error('failed', { error }) }))
    .handler(work);

/** What Lambda says of the time that is left, in seconds. */
export const timeLeftIn =
  (context: Context): TimeLeft =>
  () =>
    context.getRemainingTimeInMillis() / 1000;

/** Returns what tells of a refusal in the log. */
export const refusalTeller =
  (logger: Logger): TellRefusal =>
  (refusal) =>
    logger.warn(refusedInWords(refusal), { ...refusal });

/** Metrics of a function, embedded in its log. */
export const metricsOf = (service: Service, stage: string): Metrics =>
  new Metrics({ namespace: NAMESPACE, serviceName: service, defaultDimensions: { Stage: stage } });

/** What a tick answers, for whoever invokes it by hand; a timer ignores it. */
interface TickAnswer {
  readonly at: number;
  readonly decisions: readonly {
    /** A queue, or a fleet. */
    readonly of: string;
    readonly kind: Decision['kind'];
    readonly what: string;
    readonly why: readonly Said[];
  }[];
}

/** The means by which a tick says what it does. */
interface Means {
  readonly tell: Tell;
  readonly count: Count;
  readonly find: Find;
  readonly tellRefusal: TellRefusal;
  readonly missed: InputsPorts['missed'];
}

/** Returns what tells in the log that what a tick decided on is not kept; the same again is not told again. */
const missedTeller = (logger: Logger): InputsPorts['missed'] => {
  let last: string | undefined;
  return (why) => {
    if (why !== last) logger.warn(`what ticks decide on is not kept, so that it cannot be replayed: ${why}`);
    last = why;
  };
};

/** `isNudged`: the tick comes before its time. */
type Decide = (now: number, timeLeft: TimeLeft, isNudged: boolean) => Promise<readonly Decision[]>;

/**
 * A Lambda on a timer. `prepare` is called once per container, with the means to tell what is decided and to count what
 * happens; what it makes is called with the moment of each tick and the time that it has. `telling` nothing: nobody reads logs and
 * metrics, as of a model.
 */
export const onTimer = (
  of: Decision['of'],
  stage: string,
  prepare: (means: Means) => Decide,
  telling: QueueMetrics | 'nothing' = 'on',
) => {
  const logger = new Logger({ serviceName: of });
  const metrics = metricsOf(of, stage);
  const tell = telling === 'nothing' ? () => {} : teller(logger, metrics, telling);
  const counts = telling === 'nothing' ? NOTHING_COUNTED : tally(of, metrics);
  const decide = prepare({
    tell(decision) {
      tell(decision);
      countDecision(decision, counts.count);
    },
    count: counts.count,
    find: counts.find,
    tellRefusal: refusalTeller(logger),
    missed: missedTeller(logger),
  });
  let lastAt = Number.NEGATIVE_INFINITY;
  const counted: Decide = async (at, timeLeft, isNudged) => {
    lastAt = Math.max(lastAt, at);
    try {
      const decisions = await decide(at, timeLeft, isNudged);
      // An alarm asks whether ticks still come by themselves.
      if (!isNudged) counts.count('Ticks', 1);
      return decisions;
    } finally {
      counts.publish(at);
    }
  };
  return dress(logger, async (event: unknown, context): Promise<TickAnswer> => {
    const tick = tickEvent(event);
    const { at } = tick;
    if (tick.kind === 'stale') return { at, decisions: [] };
    if (tick.kind === 'late') {
      logger.warn(`a tick that came ${tick.lateSeconds} s late is left out: a later one does its work`, {
        at,
      });
      counts.count('TicksLate', 1);
      counts.publish(at);
      return { at, decisions: [] };
    }
    const isNudged = tick.kind === 'nudged';
    // Whoever has the URL may send as often as it likes: what comes of that is bounded here, too.
    if (isNudged && Math.abs(at - lastAt) < NUDGE_GAP_SECONDS) return { at, decisions: [] };
    const decisions = await counted(at, timeLeftIn(context), isNudged);
    return {
      at,
      decisions: decisions.map((decision) => {
        const { kind } = decision;
        return { of: whose(decision), kind, what: inShort(decision), why: reasonsOf(decision) };
      }),
    };
  });
};
