import { LAMBDAS } from '../lib/functions/bundling.ts';
import { TWIN_CREDENTIALS, TWIN_REGION } from '../twin/aws/dynamo.ts';
import { lambdaFace } from '../twin/aws/lambda/face.ts';
import type { Clock } from '../twin/clock/clock.ts';
import { cloudWatchFace } from '../twin/stage/cloudwatch.ts';
import type { Functions } from '../twin/stage/functions.ts';
import { STAGE } from '../twin/stage/parameters.ts';
import type { TwinAws } from '../twin/stage/sandbox.ts';
import { metricsIn } from '../twin/stage/watched.ts';

/** What whoever looks at the lab's stage asks: the services that its functions use, and those that tell of the functions. */
export interface StageAws {
  readonly aws: TwinAws;
  /** Takes in what a function has logged. */
  hear(line: string): void;
  close(): Promise<void>;
}

/** Opens what commands and the page ask of a lab's stage besides what its functions ask. */
export const stageAws = async (clock: Clock, { aws, variables }: Functions): Promise<StageAws> => {
  const names = LAMBDAS.map((name): [string, Readonly<Record<string, string>>] => [
    `aerie-${STAGE}-${name}`,
    variables,
  ]);
  const lambda = await lambdaFace(clock, new Map(names));
  const cloudwatch = await cloudWatchFace(clock, { hasPilots: true });
  const endpoints = {
    cloudwatch: cloudwatch.url,
    dynamodb: aws.dynamo,
    ec2: aws.ec2,
    lambda: lambda.url,
    ssm: aws.ssm,
  };
  return {
    aws: { region: TWIN_REGION, credentials: TWIN_CREDENTIALS, endpoints },
    hear(line) {
      for (const datum of metricsIn(line)) cloudwatch.take(datum);
    },
    async close() {
      await Promise.all([lambda.close(), cloudwatch.close()]);
    },
  };
};
