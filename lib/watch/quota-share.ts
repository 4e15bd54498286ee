import { MathExpression, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { type QuotaName, usageOf } from './quotas.ts';

/** How much of a quota is used, percent. CloudWatch itself knows the quota, so this needs no right of anybody. */
export const shareOfQuota = (
  name: QuotaName,
  how: Pick<MetricOptions, 'statistic' | 'period'>,
): MathExpression => {
  const { namespace, metricName, dimensions } = usageOf(name);
  const used = new Metric({ namespace, metricName, dimensionsMap: dimensions, ...how });
  return new MathExpression({
    expression: '100 * used / SERVICE_QUOTA(used)',
    usingMetrics: { used },
    label: `percent of the quota ${name}`,
    ...(how.period === undefined ? {} : { period: how.period }),
  });
};
