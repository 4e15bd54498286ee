import type { MetricName } from '../core/metrics.ts';
import type { Cloud, LaunchOutcome, Refusal } from '../core/ports.ts';
import type { Count } from './tally.ts';

const METRIC: Readonly<Record<Refusal['class'], MetricName>> = {
  capacity: 'RefusedForCapacity',
  quota: 'RefusedForQuota',
  configuration: 'RefusedForConfiguration',
};

const countOutcome = (outcome: LaunchOutcome, count: Count): void => {
  if (outcome.kind === 'rejected' || outcome.kind === 'mismatched') count('RefusedForConfiguration', 1);
  if (outcome.kind !== 'answered') return;
  for (const refusal of outcome.refused) count(METRIC[refusal.class], 1);
};

/** The same EC2, with what it refuses counted. */
export const countedCloud = (cloud: Cloud, count: Count): Cloud => ({
  ...cloud,
  async launch(request) {
    const outcome = await cloud.launch(request);
    countOutcome(outcome, count);
    return outcome;
  },
});
