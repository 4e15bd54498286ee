import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type Aws, clientOptions } from './aws.ts';

/** What AWS's own services say through EventBridge. */
export interface News {
  readonly source: 'aws.ec2' | 'aws.ssm';
  readonly detailType: string;
  readonly detail: object;
  readonly atSeconds: number;
}

/** Says something to the emulator's EventBridge, whose deployed rules then hand it on. */
export const say = async (aws: Aws, { source, detailType, detail, atSeconds }: News): Promise<void> => {
  await new EventBridgeClient(clientOptions(aws)).send(
    new PutEventsCommand({
      Entries: [
        {
          Source: source,
          DetailType: detailType,
          Detail: JSON.stringify(detail),
          Time: new Date(atSeconds * 1000),
        },
      ],
    }),
  );
};

/** Takes what lies in a queue, as a Lambda's event source does: the event of the function. */
export const takeMessages = async (aws: Aws, queueArn: string) => {
  const client = new SQSClient(clientOptions(aws));
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: queueArn.split(':').at(-1) }));
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
    }),
  );
  for (const { ReceiptHandle } of Messages) {
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
  return {
    Records: Messages.map(({ MessageId = '', Body = '', Attributes = {} }) => ({
      messageId: MessageId,
      body: Body,
      attributes: Attributes,
    })),
  };
};
