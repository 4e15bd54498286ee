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

/**
 * Writes one log line and one set of metrics (embedded in the log, so no call) per queue and tick. The log line has the
 * reasons as sentences (`why`) and by kind (`reasons`), and the counts, whether they become metrics or not.
 */
export const teller =
  (logger: Logger, metrics: Metrics, queueMetrics: QueueMetrics): Tell =>
  (decision) => {
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
