/**
 * What an account may have of something, in the words of CloudWatch's namespace AWS/Usage: the metric of what is used,
 * for which CloudWatch's `SERVICE_QUOTA()` knows the quota. Source: the `UsageMetric` that Service Quotas gives of each.
 */
interface Quota {
  readonly service: 'EC2' | 'Lambda';
  readonly resource: 'vCPU' | 'ConcurrentExecutions';
  /** EC2 counts vCPUs by families of types and by market. */
  readonly class: string;
}

const vcpus = (of: string): Quota => ({ service: 'EC2', resource: 'vCPU', class: of });

/** Every quota that a stage can run into while it works; G stands for G and VT, Standard for A, C, D, H, I, M, R, T, Z. */
export const QUOTAS = {
  'standard-on-demand': vcpus('Standard/OnDemand'),
  'standard-spot': vcpus('Standard/Spot'),
  'g-on-demand': vcpus('G/OnDemand'),
  'g-spot': vcpus('G/Spot'),
  'p-on-demand': vcpus('P/OnDemand'),
  'p-spot': vcpus('P/Spot'),
  'lambda-concurrency': { service: 'Lambda', resource: 'ConcurrentExecutions', class: 'None' },
} as const satisfies Readonly<Record<string, Quota>>;

export type QuotaName = keyof typeof QUOTAS;

/** The metric of what is used of a quota. */
export const usageOf = (name: QuotaName) => {
  const { service, resource, class: of } = QUOTAS[name];
  return {
    namespace: 'AWS/Usage',
    metricName: 'ResourceCount',
    dimensions: { Service: service, Type: 'Resource', Resource: resource, Class: of },
  } as const;
};
