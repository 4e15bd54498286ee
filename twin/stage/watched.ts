import * as z from 'zod';
import type { Market } from '../../core/model/flavours.ts';
import type { LambdaName } from '../../lib/functions/bundling.ts';
import { usageOf } from '../../lib/watch/quotas.ts';

/** One value of a metric, as CloudWatch would have got it. */
export interface Datum {
  /** Simulated seconds since 1970. */
  readonly at: number;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  /** What `SERVICE_QUOTA()` says of it; absent: there is no quota. */
  readonly quota?: number;
}

/** A line of a log in CloudWatch's embedded metric format; `at` is the moment that it is about. */
const embedded = z.looseObject({
  at: z.coerce.number(),
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

const text = (value: unknown): string => String(value);

/** The metrics in a line of a function's log; none if it is an ordinary line. */
export const metricsIn = (line: string): readonly Datum[] => {
  if (!line.includes('"_aws"')) return [];
  const { at, _aws, ...values } = embedded.parse(JSON.parse(line));
  return _aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name }) => ({
        at,
        namespace: Namespace,
        name: Name,
        dimensions: Object.fromEntries(names.map((name) => [name, text(values[name])])),
        value: Number(values[Name]),
      })),
    ),
  );
};

/** What Lambda itself counts of each call of a function. */
export const callMetrics = (of: LambdaName, at: number, failed: boolean): Datum => ({
  at,
  namespace: 'AWS/Lambda',
  name: 'Errors',
  dimensions: { FunctionName: of },
  value: failed ? 1 : 0,
});

/** What SQS counts of a queue of failures. */
export const deadLetterMetrics = (of: LambdaName, at: number, messages: number): Datum => ({
  at,
  namespace: 'AWS/SQS',
  name: 'ApproximateNumberOfMessagesVisible',
  dimensions: { QueueName: of },
  value: messages,
});

/** What EC2 counts of the vCPUs of running instances, all of them of a Standard family, on one market. */
export const vcpuMetrics = (market: Market, at: number, used: number, quota: number | undefined): Datum => {
  const { namespace, metricName, dimensions } = usageOf(`standard-${market}`);
  const counted = { at, namespace, name: metricName, dimensions, value: used };
  return quota === undefined ? counted : { ...counted, quota };
};
