import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { aerie } from '../running.ts';
import { type Aws, clientOptions } from './aws.ts';

const nameOf = (arn: string): string => arn.split(':').at(-1) ?? '';

/** Puts messages where those are kept that the reader of a queue has given up. */
export const giveUp = async (aws: Aws, queueArn: string, bodies: readonly string[]): Promise<void> => {
  const sqs = new SQSClient(clientOptions(aws));
  const urlOf = async (arn: string) =>
    (await sqs.send(new GetQueueUrlCommand({ QueueName: nameOf(arn) }))).QueueUrl;
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: await urlOf(queueArn), AttributeNames: ['RedrivePolicy'] }),
  );
  const { deadLetterTargetArn } = JSON.parse(Attributes?.RedrivePolicy ?? '{}');
  const QueueUrl = await urlOf(String(deadLetterTargetArn));
  for (const MessageBody of bodies) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
};

/** What the command says and answers. */
export const deadLettersOf = async (aws: Aws, stage: string, ...options: readonly string[]) => {
  const running = aerie(['dead-letters', '--stage', stage, ...options], aws.environment);
  const { code } = await running.ended;
  return { code, stdout: running.stdout(), stderr: running.stderr() };
};
