import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Decision } from '../core/model/decision.ts';
import { inShort } from '../core/tell/in-short.ts';
import { reasonsOf } from '../core/tell/reasons.ts';
import type { Tell } from './write-down.ts';

const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** What was asked for, as counts; a hold is a count too, so that an alarm can watch it. */
const asked = (decision: Decision): Readonly<Record<string, number>> => {
  switch (decision.kind) {
    case 'submit':
      return { holds: 0, pilotsAsked: decision.count };
    case 'remove':
      return { holds: 0, pilotsRemoved: decision.count };
    case 'act':
      return {
        holds: 0,
        workersAsked: decision.launches.reduce((n, { request }) => n + request.count, 0),
        workersRetired: decision.retirements.filter(({ step }) => step !== 'undrain').length,
      };
    case 'rest':
      return { holds: 0 };
    case 'hold':
      return { holds: 1 };
    default:
      return decision satisfies never;
  }
};

/** Whether every queue has metrics of its own; what is counted over all queues is there in any case. */
export type QueueMetrics = 'on' | 'off';

/** A queue with no job, no pilot and no worker: its tick says nothing but that. */
const isEmpty = ({ kind, counts }: Decision): boolean =>
  kind === 'rest' && Object.values(counts).every((count) => count === 0);

/** CloudWatch asks for each metric in each hour in which it has a value: once a day says that the queue is still there. */
const SILENT_SECONDS = 86_400;

/** Whether a decision says what has been told already: an empty queue rests, as in the tick before. */
const silence = (): ((decision: Decision) => boolean) => {
  const toldAt = new Map<string, number>();
  return (decision) => {
    const { queue, at } = decision;
    if (!isEmpty(decision)) {
      toldAt.delete(queue);
      return false;
    }
    const last = toldAt.get(queue);
    if (last !== undefined && at - last < SILENT_SECONDS) return true;
    toldAt.set(queue, at);
    return false;
  };
};

/**
 * Writes one log line and one set of metrics (embedded in the log, so no call) per queue and tick. The log line has the
 * reasons as sentences (`why`) and by kind (`reasons`), and the counts, whether they become metrics or not. An empty queue
 * that rests is told when it comes to rest, and then once a day; the memory of that lasts as long as its container.
 */
export const teller = (logger: Logger, metrics: Metrics, queueMetrics: QueueMetrics): Tell => {
  const isSilent = silence();
  return (decision) => {
    if (isSilent(decision)) return;
    const { of, queue, kind, at, counts } = decision;
    const said = reasonsOf(decision);
    const why = said.map(({ text }) => text);
    const reasons = [...new Set(said.map((reason) => reason.kind))];
    logger.info(inShort(decision), { of, queue, kind, at, why, reasons, counts });
    if (queueMetrics === 'off') return;
    metrics.addDimension('Queue', queue);
    metrics.addMetadata('at', String(at));
    for (const [name, value] of Object.entries({ ...counts, ...asked(decision) })) {
      metrics.addMetric(pascal(name), MetricUnit.Count, value);
    }
    metrics.publishStoredMetrics();
  };
};
