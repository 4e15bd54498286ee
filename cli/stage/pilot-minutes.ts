import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { dimensionsOf, NAMESPACE } from '../../core/tell/metrics.ts';

/** CloudWatch takes so many in one call. */
const MOST_QUERIES = 500;

const DAY = 86_400;

/** CloudWatch keeps sums of an hour and longer for 455 days. */
export const METRICS_KEPT_SECONDS = 455 * DAY;

/** From the first moment to before the last, seconds since 1970. */
interface Span {
  readonly from: number;
  readonly to: number;
}

const queryOf = (stage: string, queue: string, index: number) => ({
  Id: `q_${index}`,
  MetricStat: {
    Metric: {
      Namespace: NAMESPACE,
      MetricName: 'PilotsRunning',
      Dimensions: Object.entries(dimensionsOf('pilots', stage, { per: 'queue', value: queue })).map(
        ([Name, Value]) => ({ Name, Value }),
      ),
    },
    Period: DAY,
    Stat: 'Sum',
  },
});

/**
 * Pilots that were running, added up over the ticks of a time: a tick comes each minute, so these are minutes of pilots. A tick
 * that held counted none.
 */
export const pilotMinutes = async (
  client: CloudWatchClient,
  stage: string,
  queues: readonly string[],
  { from, to }: Span,
): Promise<ReadonlyMap<string, number>> => {
  const sums = new Map(queues.map((queue) => [queue, 0]));
  for (let first = 0; first < queues.length; first += MOST_QUERIES) {
    const some = queues.slice(first, first + MOST_QUERIES);
    const byId = new Map(some.map((queue, index) => [`q_${index}`, queue]));
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new GetMetricDataCommand({
          StartTime: new Date(from * 1000),
          EndTime: new Date(to * 1000),
          MetricDataQueries: some.map((queue, index) => queryOf(stage, queue, index)),
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
      );
      for (const { Id = '', Values = [] } of page.MetricDataResults ?? []) {
        const queue = byId.get(Id);
        if (queue === undefined) continue;
        sums.set(
          queue,
          Values.reduce((sum, value) => sum + value, sums.get(queue) ?? 0),
        );
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  }
  return sums;
};
