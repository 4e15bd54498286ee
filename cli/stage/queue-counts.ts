import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
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

/** From the first moment to before the last, seconds since 1970, and how long each value is of. */
interface Asked {
  readonly stage: string;
  readonly from: number;
  readonly to: number;
  /** A multiple of 60. */
  readonly periodSeconds: number;
}

const queriesOf = ({ stage, periodSeconds }: Asked, queues: readonly string[]): readonly MetricDataQuery[] =>
  queues.flatMap((queue, index) =>
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
        Period: periodSeconds,
        Stat: 'Maximum',
      },
    })),
  );

/** The counts of queues in a time, the newest first, by minute or longer period. */
async function* askedOf(client: CloudWatchClient, asked: Asked, queues: readonly string[]) {
  for (let from = 0; from < queues.length; from += QUEUES_A_CALL) {
    const some = queues.slice(from, from + QUEUES_A_CALL);
    const results = new Map<string, MetricDataResult>();
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new GetMetricDataCommand({
          StartTime: new Date(asked.from * 1000),
          EndTime: new Date(asked.to * 1000),
          ScanBy: 'TimestampDescending',
          MetricDataQueries: [...queriesOf(asked, some)],
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
      );
      for (const result of page.MetricDataResults ?? []) {
        const id = result.Id ?? '';
        const before = results.get(id);
        results.set(id, {
          Timestamps: [...(before?.Timestamps ?? []), ...(result.Timestamps ?? [])],
          Values: [...(before?.Values ?? []), ...(result.Values ?? [])],
        });
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    for (const [index, queue] of some.entries()) yield { queue, counts: countsOf(results, index) };
  }
}

/** What of each minute is known of a queue, the newest first. */
const countsOf = (results: ReadonlyMap<string, MetricDataResult>, index: number): readonly QueueCounts[] => {
  const byMinute = new Map<number, QueueCounts>();
  for (const field of FIELDS) {
    const { Timestamps = [], Values = [] } = results.get(`${field}_${index}`) ?? {};
    for (const [which, timestamp] of Timestamps.entries()) {
      const at = timestamp.getTime() / 1000;
      byMinute.set(at, { ...byMinute.get(at), at, [field]: Values[which] });
    }
  }
  return [...byMinute.values()].sort((a, b) => b.at - a.at);
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
  const asked = { stage, from: now - BACK_SECONDS, to: now + PERIOD_SECONDS, periodSeconds: PERIOD_SECONDS };
  for await (const { queue, counts } of askedOf(client, asked, queues)) {
    const [latest] = counts;
    if (latest !== undefined) found.set(queue, latest);
  }
  return found;
};

/** The counts of queues in a time, the oldest first; each is the most of its period. */
export const queuePast = async (
  client: CloudWatchClient,
  queues: readonly string[],
  asked: Asked,
): Promise<ReadonlyMap<string, readonly QueueCounts[]>> => {
  const found = new Map<string, readonly QueueCounts[]>();
  for await (const { queue, counts } of askedOf(client, asked, queues)) {
    if (counts.length > 0) found.set(queue, [...counts].reverse());
  }
  return found;
};
