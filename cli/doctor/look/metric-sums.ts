import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';

/** A metric whose values of the last while are added up. */
export interface Summed {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

const PERIOD_SECONDS = 60;

/** Adds up each metric over the minutes before `now`, in the order in which they are given. */
export const metricSums = async (
  client: CloudWatchClient,
  metrics: readonly Summed[],
  { now, minutes }: { readonly now: number; readonly minutes: number },
): Promise<readonly number[]> => {
  const { MetricDataResults = [] } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date((now - minutes * PERIOD_SECONDS) * 1000),
      EndTime: new Date(now * 1000),
      MetricDataQueries: metrics.map(({ namespace, name, dimensions }, index) => ({
        Id: `m${index}`,
        MetricStat: {
          Metric: {
            Namespace: namespace,
            MetricName: name,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          },
          Period: PERIOD_SECONDS,
          Stat: 'Sum',
        },
      })),
    }),
  );
  const sums = new Map(
    MetricDataResults.map(({ Id = '', Values = [] }) => [Id, Values.reduce((sum, value) => sum + value, 0)]),
  );
  return metrics.map((_, index) => sums.get(`m${index}`) ?? 0);
};
