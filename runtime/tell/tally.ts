import type { Metrics } from '@aws-lambda-powertools/metrics';
import { METRICS, type MetricName, type Service, stageMetricsOf } from '../../core/tell/metrics.ts';

/** Adds to a metric that is counted over all queues. */
export type Count = (name: MetricName, by: number) => void;

/** Takes a metric that is not counted but found, such as days left; of several values the lowest is emitted. */
export type Find = (name: MetricName, value: number) => void;

/** What one run of a function comes to over all queues. */
export interface Tally {
  readonly count: Count;
  readonly find: Find;
  /** Emits what was counted, in the log; what could have been and was not is 0. Nothing, if nothing was counted at all. */
  publish(at: number): void;
}

/** Counts nothing, because nobody reads it. */
export const NOTHING_COUNTED: Tally = { count() {}, find() {}, publish() {} };

/** `metrics` has the dimensions `service` and `Stage` already. `at`, the moment that was counted for, rides along. */
export const tally = (service: Service, metrics: Metrics): Tally => {
  let counts: Map<MetricName, number> | undefined;
  const found = new Map<MetricName, number>();
  return {
    count(name, by) {
      counts ??= new Map(stageMetricsOf(service).map((of) => [of, 0]));
      counts.set(name, (counts.get(name) ?? 0) + by);
    },
    find(name, value) {
      found.set(name, Math.min(found.get(name) ?? value, value));
    },
    publish(at) {
      if (counts === undefined) return;
      for (const [name, value] of [...counts, ...found]) metrics.addMetric(name, METRICS[name].unit, value);
      metrics.addMetadata('at', String(at));
      metrics.publishStoredMetrics();
      counts = undefined;
      found.clear();
    },
  };
};
