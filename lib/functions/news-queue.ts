import { Duration, Validations } from 'aws-cdk-lib';
import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { FEWEST_AT_A_TIME, type NewsQueueLimits } from './functions.ts';
import type { Lambda } from './lambda.ts';

export interface NewsQueueProps {
  readonly lambda: Lambda;
  readonly limits: NewsQueueLimits;
  /** Which events, each by the name of its rule. */
  readonly news: Readonly<Record<string, News>>;
}

/** What a rule lets through; the CDK's own type has lists that may be changed. */
interface News {
  readonly source: readonly string[];
  readonly detailType: readonly string[];
  readonly detail?: Readonly<Record<string, readonly unknown[]>>;
}

const patternOf = ({ source, detailType, detail }: News): EventPattern => ({
  source: [...source],
  detailType: [...detailType],
  ...(detail === undefined ? {} : { detail }),
});

/** Events on their way to a function, through a queue: bursts come in batches, and what fails is kept. */
export class NewsQueue extends Construct {
  /** What could not be worked on, for a person to look at. */
  readonly failed: Queue;

  constructor(scope: Construct, id: string, { lambda, limits, news }: NewsQueueProps) {
    super(scope, id);
    this.failed = new Queue(this, 'Failed', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(limits.visibleAgainSeconds),
      deadLetterQueue: { queue: this.failed, maxReceiveCount: limits.maxTries },
    });
    for (const [name, wanted] of Object.entries(news)) {
      new Rule(this, name, {
        eventPattern: patternOf(wanted),
        targets: [new SqsQueue(queue, { deadLetterQueue: this.failed })],
      });
    }
    lambda.function.addEventSource(
      new SqsEventSource(queue, {
        batchSize: limits.batch,
        maxBatchingWindow: Duration.seconds(limits.gatherSeconds),
        maxConcurrency: FEWEST_AT_A_TIME,
        reportBatchItemFailures: true,
      }),
    );
    const reason =
      'What the function cannot handle goes back to its queue, and from there to the queue of failures.';
    Validations.of(lambda).acknowledge(
      { id: 'Serverless-LambdaDLQ', reason },
      { id: 'Serverless-LambdaEventSourceMappingDestination', reason },
    );
    Validations.of(this.failed).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'This is the queue of failures itself.',
    });
  }
}
