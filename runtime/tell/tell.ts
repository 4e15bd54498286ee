import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { type Decision, whose } from '../../core/model/decision.ts';
import { wouldAct } from '../../core/model/reason.ts';
import { inShort } from '../../core/tell/in-short.ts';
import { reasonsOf } from '../../core/tell/reasons.ts';
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
        ...(decision.wakes === undefined ? {} : { workersWoken: decision.wakes.length }),
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

/** Whether queues and fleets have metrics of their own; what is counted over all of them is there in any case. */
export type QueueMetrics = 'on' | 'off';

/** A queue or a fleet with no job, no pilot and no worker, nor a wish for any: its tick says nothing but that. */
const isEmpty = ({ kind, counts, why }: Decision): boolean =>
  kind === 'rest' && Object.values(counts).every((count) => count === 0) && !why.some(wouldAct);

/** CloudWatch asks for each metric in each hour in which it has a value: once a day says that it is still there. */
const SILENT_SECONDS = 86_400;

/** Whether a decision says what has been told already: an empty one rests, as in the tick before. */
const silence = (): ((decision: Decision) => boolean) => {
  const toldAt = new Map<string, number>();
  return (decision) => {
    const { at } = decision;
    const key = `${decision.of} ${whose(decision)}`;
    if (!isEmpty(decision)) {
      toldAt.delete(key);
      return false;
    }
    const last = toldAt.get(key);
    if (last !== undefined && at - last < SILENT_SECONDS) return true;
    toldAt.set(key, at);
    return false;
  };
};

/**
 * Writes one log line and one set of metrics (embedded in the log, so no call) per decision. The log line has the
 * reasons as sentences (`why`) and by kind (`reasons`), and the counts, whether they become metrics or not. An empty one
 * that rests is told when it comes to rest, and then once a day; the memory of that lasts as long as its container.
 */
export const teller = (logger: Logger, metrics: Metrics, queueMetrics: QueueMetrics): Tell => {
  const isSilent = silence();
  return (decision) => {
    if (isSilent(decision)) return;
    const { of, kind, at, counts } = decision;
    const owner = of === 'pilots' ? { queue: decision.queue } : { fleet: decision.fleet };
    const said = reasonsOf(decision);
    const why = said.map(({ text }) => text);
    const reasons = [...new Set(said.map((reason) => reason.kind))];
    logger.info(inShort(decision), { of, ...owner, kind, at, why, reasons, counts });
    if (queueMetrics === 'off') return;
    metrics.addDimension(of === 'pilots' ? 'Queue' : 'Fleet', whose(decision));
    metrics.addMetadata('at', String(at));
    for (const [name, value] of Object.entries({ ...counts, ...asked(decision) })) {
      metrics.addMetric(pascal(name), MetricUnit.Count, value);
    }
    metrics.publishStoredMetrics();
  };
};
