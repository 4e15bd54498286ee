import { Duration, Validations } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EVENT_QUEUE, NEWS } from './functions.ts';
import type { Lambda } from './lambda.ts';

/** The function works for all queues of the pool at once and asks one endpoint; a burst must not drown it. */
const MAX_AT_A_TIME = 5;

/** What EC2 says of its instances, through a queue: bursts come in batches, and what fails is kept. */
export class CloudEvents extends Construct {
  constructor(scope: Construct, id: string, lambda: Lambda) {
    super(scope, id);
    const failed = new Queue(this, 'Failed', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(EVENT_QUEUE.visibleAgainSeconds),
      deadLetterQueue: { queue: failed, maxReceiveCount: EVENT_QUEUE.maxTries },
    });
    for (const [name, { source, detailType, ...rest }] of Object.entries(NEWS)) {
      const eventPattern = { ...rest, source: [...source], detailType: [...detailType] };
      new Rule(this, name, { eventPattern, targets: [new SqsQueue(queue, { deadLetterQueue: failed })] });
    }
    lambda.function.addEventSource(
      new SqsEventSource(queue, {
        batchSize: EVENT_QUEUE.batch,
        maxBatchingWindow: Duration.seconds(EVENT_QUEUE.gatherSeconds),
        maxConcurrency: MAX_AT_A_TIME,
        reportBatchItemFailures: true,
      }),
    );
    const reason =
      'What the function cannot handle goes back to its queue, and from there to the queue of failures.';
    Validations.of(lambda).acknowledge(
      { id: 'Serverless-LambdaDLQ', reason },
      { id: 'Serverless-LambdaEventSourceMappingDestination', reason },
    );
    Validations.of(failed).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'This is the queue of failures itself.',
    });
  }
}
