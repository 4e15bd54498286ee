import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { dimensionsOf, NAMESPACE } from '../../core/tell/metrics.ts';

/** What a queue's last tick counted. */
export interface QueueCounts {
  readonly jobsReady?: number;
  readonly pilotsWaiting?: number;
  readonly pilotsRunning?: number;
  /** The minute that they are of. */
  readonly at: number;
}

const METRIC_OF = {
  jobsReady: 'JobsReady',
  pilotsWaiting: 'PilotsWaiting',
  pilotsRunning: 'PilotsRunning',
} as const;

const FIELDS = ['jobsReady', 'pilotsWaiting', 'pilotsRunning'] as const;

/** CloudWatch takes so many in one call. */
const MOST_QUERIES = 500;
const QUEUES_A_CALL = Math.floor(MOST_QUERIES / FIELDS.length);
const BACK_SECONDS = 900;
const PERIOD_SECONDS = 60;

const ask = async (client: CloudWatchClient, stage: string, queues: readonly string[], now: number) => {
  const { MetricDataResults = [] } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date((now - BACK_SECONDS) * 1000),
      EndTime: new Date((now + PERIOD_SECONDS) * 1000),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: queues.flatMap((queue, index) =>
        FIELDS.map((field) => ({
          Id: `${field}_${index}`,
          MetricStat: {
            Metric: {
              Namespace: NAMESPACE,
              MetricName: METRIC_OF[field],
              Dimensions: Object.entries(dimensionsOf('pilots', stage, { per: 'queue', value: queue })).map(
                ([Name, Value]) => ({ Name, Value }),
              ),
            },
            Period: PERIOD_SECONDS,
            Stat: 'Maximum',
          },
        })),
      ),
    }),
  );
  return new Map(MetricDataResults.map((result) => [result.Id ?? '', result]));
};

/**
 * The latest counts of queues, as CloudWatch has them; of a queue at rest there are none. A decision that says what the one before
 * it said is not written down again, and its counts are only there.
 */
export const queueCounts = async (
  client: CloudWatchClient,
  stage: string,
  queues: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, QueueCounts>> => {
  const found = new Map<string, QueueCounts>();
  for (let from = 0; from < queues.length; from += QUEUES_A_CALL) {
    const some = queues.slice(from, from + QUEUES_A_CALL);
    const results = await ask(client, stage, some, now);
    for (const [index, queue] of some.entries()) {
      const latest = FIELDS.map((field) => {
        const { Timestamps: [at] = [], Values: [value] = [] } = results.get(`${field}_${index}`) ?? {};
        return { field, at: (at?.getTime() ?? 0) / 1000, value };
      });
      const at = Math.max(...latest.map((one) => one.at));
      if (at === 0) continue;
      const counts = latest.filter((one) => one.at === at && one.value !== undefined);
      found.set(queue, { at, ...Object.fromEntries(counts.map(({ field, value }) => [field, value])) });
    }
  }
  return found;
};
