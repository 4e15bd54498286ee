import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { TwinAws } from '../../twin/stage/stage-aws.ts';
import { UsageError } from '../command/usage.ts';
import { readTwin } from './twin-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The services that a stage is looked at through. */
export interface StageClients {
  readonly cloudwatch: CloudWatchClient;
  readonly dynamodb: DynamoDBClient;
  readonly lambda: LambdaClient;
  readonly ssm: SSMClient;
}

/** Where an AWS is and who asks; what is left out the SDK finds as the AWS CLI does. */
export interface Access {
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Of all services, or of each. */
  readonly endpoint?: string;
  readonly endpoints?: Readonly<Record<keyof StageClients, string>>;
}

/** The stage that `npm start` runs. */
export const TWIN = 'twin';

/** Nobody waits longer for one service: two tries of each call, each within these times. */
const PATIENCE = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

/** How a stage is reached: the twin at its addresses, any other as the AWS CLI would. Throws UsageError: no twin runs. */
export const accessTo = (stage: string, env: Environment): Access => (stage === TWIN ? twinIn(env) : {});

/** Where the twin that runs has its AWS. Throws UsageError: none runs. */
export const twinIn = (env: Environment): TwinAws => {
  const twin = readTwin(env);
  if (twin !== undefined) return twin;
  throw new UsageError('no twin runs now; begin one with npm start, and ask again while it goes on.');
};

export const stageClients = ({ endpoints, endpoint, ...access }: Access): StageClients => {
  const at = (service: keyof StageClients) => {
    const url = endpoints?.[service] ?? endpoint;
    return { ...access, ...PATIENCE, ...(url === undefined ? {} : { endpoint: url }) };
  };
  return {
    cloudwatch: new CloudWatchClient(at('cloudwatch')),
    dynamodb: new DynamoDBClient(at('dynamodb')),
    lambda: new LambdaClient(at('lambda')),
    ssm: new SSMClient(at('ssm')),
  };
};
