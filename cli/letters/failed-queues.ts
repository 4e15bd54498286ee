import { type LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';

/** The functions that hear events through a queue with dead letters. */
export const READERS = ['events', 'settings'] as const;
export type Reader = (typeof READERS)[number];

/** The dead letters of one function. Letters that were taken are hidden from others for a minute. */
export interface FailedQueue {
  /** About how many there are; hides none from others. */
  count(): Promise<number>;
  /** Up to ten that were not taken yet; none if there are no more. */
  take(): Promise<readonly Message[]>;
  /** Lets others see them at once. */
  putBack(letters: readonly Message[]): Promise<void>;
  /** Sends them to the queue that they came from and takes them away here; answers those that stay. */
  sendAgain(letters: readonly Message[]): Promise<readonly Message[]>;
}

export interface QueueClients {
  readonly lambda: LambdaClient;
  readonly sqs: SQSClient;
}

/** SQS's limit for one call. */
const BATCH = 10;
const HIDDEN_SECONDS = 60;
/** Above 0 SQS asks all of its servers: an empty answer then means that nothing is left. */
const WAIT_SECONDS = 2;

const redrive = z.object({ deadLetterTargetArn: z.string() });

const urlOf = async (sqs: SQSClient, arn: string): Promise<string> => {
  const [, , , , account, name] = arn.split(':');
  const { QueueUrl = '' } = await sqs.send(
    new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account }),
  );
  return QueueUrl;
};

const entriesOf = (letters: readonly Message[]) =>
  letters.map((letter, index) => ({ Id: String(index), ReceiptHandle: letter.ReceiptHandle ?? '' }));

const overBoth = (sqs: SQSClient, queueUrl: string, failedUrl: string): FailedQueue => ({
  async count() {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: failedUrl,
        AttributeNames: ['ApproximateNumberOfMessages'],
      }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  },
  async take() {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: failedUrl,
        MaxNumberOfMessages: BATCH,
        VisibilityTimeout: HIDDEN_SECONDS,
        WaitTimeSeconds: WAIT_SECONDS,
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    );
    return Messages;
  },
  async putBack(letters) {
    const Entries = entriesOf(letters).map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: failedUrl, Entries }));
  },
  async sendAgain(letters) {
    const bodies = letters.map(({ Body = '' }, index) => ({ Id: String(index), MessageBody: Body }));
    const { Successful = [] } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: bodies }),
    );
    const sent = new Set(Successful.map(({ Id }) => Id));
    // Sent first, then deleted: a letter may come twice, which does nothing more, but is never lost.
    const Entries = entriesOf(letters).filter(({ Id }) => sent.has(Id));
    if (Entries.length > 0) {
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: failedUrl, Entries }));
    }
    return letters.filter((_, index) => !sent.has(String(index)));
  },
});

/**
 * The dead letters of a stage's function, found from the function itself: the queue that feeds it names the one that
 * keeps what failed. Undefined if there is no such function.
 */
export const failedQueue = async (
  stage: string,
  reader: Reader,
  { lambda, sqs }: QueueClients,
): Promise<FailedQueue | undefined> => {
  const { EventSourceMappings: [feeding] = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: `aerie-${stage}-${reader}` }),
  );
  const arn = feeding?.EventSourceArn;
  if (arn === undefined) return undefined;
  const queueUrl = await urlOf(sqs, arn);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['RedrivePolicy'] }),
  );
  const { deadLetterTargetArn } = redrive.parse(JSON.parse(Attributes?.RedrivePolicy ?? '{}'));
  return overBoth(sqs, queueUrl, await urlOf(sqs, deadLetterTargetArn));
};
