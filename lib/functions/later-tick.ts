import { Duration, Validations } from 'aws-cdk-lib';
import { EventField, type Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { FEWEST_AT_A_TIME, FUNCTIONS, LATER_TICK_KEPT_SECONDS, MINUTE_SECONDS } from './functions.ts';
import type { Lambda } from './lambda.ts';

export interface LaterTickProps {
  readonly lambda: Lambda;
  /** What sends the tick ahead, each minute; absent: nothing does, and the queue is there for nudges. */
  readonly rule?: Rule;
  readonly afterSeconds: number;
}

/** AWS's advice: six times the function's timeout. It is longer than a message lives, so none comes a second time. */
const VISIBLE_AGAIN = 6;

/**
 * A tick between two minutes: the rule's event lies in a queue for so long before the function gets it. One that fails
 * is gone, and one that comes too late is left out and counted: a later one looks at the whole world again.
 */
export class LaterTick extends Construct {
  /** What is sent to it without a delay of its own is a tick after `afterSeconds`. */
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { lambda, rule, afterSeconds }: LaterTickProps) {
    super(scope, id);
    const queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deliveryDelay: Duration.seconds(afterSeconds),
      retentionPeriod: Duration.seconds(LATER_TICK_KEPT_SECONDS),
      visibilityTimeout: Duration.seconds(VISIBLE_AGAIN * FUNCTIONS.workers.timeoutSeconds),
    });
    this.queue = queue;
    rule?.addTarget(
      new SqsQueue(queue, {
        message: RuleTargetInput.fromObject({ time: EventField.time, afterSeconds }),
        retryAttempts: 0,
        maxEventAge: Duration.seconds(MINUTE_SECONDS),
      }),
    );
    lambda.function.addEventSource(
      new SqsEventSource(queue, { batchSize: 1, maxConcurrency: FEWEST_AT_A_TIME }),
    );
    const reason = 'A tick that is lost is made good by the next; a failed one is counted among the errors.';
    Validations.of(queue).acknowledge(
      { id: 'AwsSolutions-SQS3', reason },
      { id: 'Serverless-SQSRedrivePolicy', reason },
    );
    Validations.of(lambda).acknowledge({ id: 'Serverless-LambdaEventSourceMappingDestination', reason });
  }
}

/**
 * Lets the function hand the right on to send to its own queue, one signed message at a time: the endpoint nudges it so.
 * What is sent says that it is not to wait. A queue more would be asked for messages all day long.
 */
export const allowNudges = ({ function: fn, role }: Lambda, queue: Queue, tickSeconds: number): void => {
  queue.grant(role, 'sqs:SendMessage');
  fn.addEnvironment('AERIE_NUDGE_QUEUE', queue.queueUrl);
  fn.addEnvironment('AERIE_TICK_SECONDS', String(tickSeconds));
};
