import { isoSeconds } from '../ec2/events.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from '../ec2/options.ts';
import type { ParameterChange } from './store.ts';

/** A change in Parameter Store as EventBridge delivers it: the new value is not in it. */
export const parameterEvent = ({ name, type, operation }: ParameterChange, atSeconds: number) => ({
  version: '0',
  id: `parameter-${name}-${atSeconds}`,
  'detail-type': 'Parameter Store Change',
  source: 'aws.ssm',
  account: DEFAULT_ACCOUNT,
  time: isoSeconds(atSeconds),
  region: DEFAULT_REGION,
  resources: [`arn:aws:ssm:${DEFAULT_REGION}:${DEFAULT_ACCOUNT}:parameter${name}`],
  detail: { operation, name, type },
});
