import { Duration, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { Lambda } from './lambda.ts';

/** One event each so many seconds. One that fails is not repeated: the next one looks at the whole world again. */
export class Timer extends Construct {
  readonly rule: Rule;

  constructor(scope: Construct, id: string, lambda: Lambda, everySeconds: number) {
    super(scope, id);
    /** An event that comes later than the next one is of no use. */
    const once = { retryAttempts: 0, maxEventAge: Duration.seconds(everySeconds) } as const;
    lambda.function.configureAsyncInvoke(once);
    this.rule = new Rule(this, 'Rule', {
      schedule: Schedule.rate(Duration.seconds(everySeconds)),
      targets: [new LambdaFunction(lambda.function, once)],
    });
    const reason = 'A timer’s event holds nothing but its time: one that is lost is made good by the next.';
    Validations.of(this.rule).acknowledge({ id: 'Serverless-EventBusDLQ', reason });
    Validations.of(lambda).acknowledge(
      { id: 'Serverless-LambdaDLQ', reason },
      { id: 'Serverless-LambdaAsyncFailureDestination', reason },
    );
  }
}
