import { Duration, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { TICK_SECONDS } from './functions.ts';
import type { Lambda } from './lambda.ts';

/** A tick that comes later than the next one is of no use. */
const ONE_TRY = { retryAttempts: 0, maxEventAge: Duration.seconds(TICK_SECONDS) } as const;

/** One tick a minute. A tick that fails is not repeated: the next one looks at the whole world again. */
export class Timer extends Construct {
  constructor(scope: Construct, id: string, lambda: Lambda) {
    super(scope, id);
    lambda.function.configureAsyncInvoke(ONE_TRY);
    const rule = new Rule(this, 'Rule', {
      schedule: Schedule.rate(Duration.seconds(TICK_SECONDS)),
      targets: [new LambdaFunction(lambda.function, ONE_TRY)],
    });
    const reason =
      'A tick holds nothing but its time: one that is lost is made good by the next, a minute later.';
    Validations.of(rule).acknowledge({ id: 'Serverless-EventBusDLQ', reason });
    Validations.of(lambda).acknowledge(
      { id: 'Serverless-LambdaDLQ', reason },
      { id: 'Serverless-LambdaAsyncFailureDestination', reason },
    );
  }
}
