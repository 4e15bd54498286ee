import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type Face, face, readBody, reply } from '../wire/http.ts';
import { type DeadLetter, type EventQueue, milliseconds } from './sqs.ts';

/** What SQS's calls are answered from: queues by their names. */
type Queues = ReadonlyMap<string, Pick<EventQueue, 'deadLetters' | 'sendText' | 'forget'>>;

const ACCOUNT = '123456789012';

/** The ARN of a queue of the twin. */
export const queueArn = (region: string, name: string): string => `arn:aws:sqs:${region}:${ACCOUNT}:${name}`;

/** The queue that keeps what another has given up. */
const FAILED = '-failed';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

const named = z.object({ QueueName: z.string() });
const attributes = z.object({ QueueUrl: z.string() });
const receive = z.object({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z.int().min(1).max(10).default(1),
  VisibilityTimeout: z.int().min(0),
});
const taken = z.object({ Id: z.string(), ReceiptHandle: z.string() });
const hide = z.object({
  QueueUrl: z.string(),
  Entries: z.array(taken.extend({ VisibilityTimeout: z.int().min(0) })),
});
const remove = z.object({ QueueUrl: z.string(), Entries: z.array(taken) });
const send = z.object({
  QueueUrl: z.string(),
  Entries: z.array(z.object({ Id: z.string(), MessageBody: z.string() })),
});

class NoSuchQueue extends Error {}

const successful = (entries: readonly { readonly Id: string }[]) => ({
  Successful: entries.map(({ Id }) => ({ Id })),
  Failed: [],
});

const messageOf = ({ messageId, body, sentAt }: DeadLetter) => ({
  MessageId: messageId,
  ReceiptHandle: messageId,
  Body: body,
  MD5OfBody: md5(body),
  Attributes: { SentTimestamp: milliseconds(sentAt) },
});

interface Options {
  readonly region: string;
  readonly queues: Queues;
  /** Seconds by which letters that were taken are hidden: real ones, as of who takes them. */
  readonly nowSeconds: () => number;
}

/** Answers the calls of who looks after dead letters. */
const calls = ({ region, queues, nowSeconds }: Options, urlOf: (name: string) => string) => {
  const hiddenUntil = new Map<string, number>();
  const nameIn = (url: string): string => url.split('/').at(-1) ?? '';
  const queueAt = (url: string) => {
    const queue = queues.get(nameIn(url).replace(new RegExp(`${FAILED}$`), ''));
    if (queue === undefined) throw new NoSuchQueue(url);
    return queue;
  };
  const isShown = ({ messageId }: DeadLetter): boolean => (hiddenUntil.get(messageId) ?? 0) <= nowSeconds();
  return {
    GetQueueUrl(input: unknown) {
      const { QueueName } = named.parse(input);
      queueAt(QueueName);
      return { QueueUrl: urlOf(QueueName) };
    },
    GetQueueAttributes(input: unknown) {
      const { QueueUrl } = attributes.parse(input);
      const { deadLetters } = queueAt(QueueUrl);
      const name = nameIn(QueueUrl);
      return {
        Attributes: name.endsWith(FAILED)
          ? { ApproximateNumberOfMessages: String(deadLetters.length) }
          : { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn(region, `${name}${FAILED}`) }) },
      };
    },
    ReceiveMessage(input: unknown) {
      const { QueueUrl, MaxNumberOfMessages, VisibilityTimeout } = receive.parse(input);
      const letters = queueAt(QueueUrl).deadLetters.filter(isShown).slice(0, MaxNumberOfMessages);
      for (const { messageId } of letters) hiddenUntil.set(messageId, nowSeconds() + VisibilityTimeout);
      return { Messages: letters.map(messageOf) };
    },
    ChangeMessageVisibilityBatch(input: unknown) {
      const { Entries } = hide.parse(input);
      for (const { ReceiptHandle, VisibilityTimeout } of Entries)
        hiddenUntil.set(ReceiptHandle, nowSeconds() + VisibilityTimeout);
      return successful(Entries);
    },
    SendMessageBatch(input: unknown) {
      const { QueueUrl, Entries } = send.parse(input);
      const queue = queueAt(QueueUrl);
      for (const { MessageBody } of Entries) queue.sendText(MessageBody);
      return {
        Successful: Entries.map(({ Id, MessageBody }) => ({
          Id,
          MessageId: Id,
          MD5OfMessageBody: md5(MessageBody),
        })),
        Failed: [],
      };
    },
    DeleteMessageBatch(input: unknown) {
      const { QueueUrl, Entries } = remove.parse(input);
      queueAt(QueueUrl).forget(Entries.map(({ ReceiptHandle }) => ReceiptHandle));
      return successful(Entries);
    },
  };
};

const CONTENT_TYPE = 'application/x-amz-json-1.0';
const PREFIX = 'AmazonSQS.';

/** SQS's JSON protocol over HTTP, as far as dead letters are looked after with it. */
export const sqsQueuesFace = async (options: Options): Promise<Face> => {
  let base = '';
  const known: Readonly<Record<string, (input: unknown) => unknown>> = calls(
    options,
    (name) => `${base}/${ACCOUNT}/${name}`,
  );
  const served = await face(async (request, response) => {
    const target = String(request.headers['x-amz-target'] ?? '').replace(PREFIX, '');
    const say = (status: number, body: unknown) =>
      reply(response, status, CONTENT_TYPE, JSON.stringify(body));
    const call = Object.hasOwn(known, target) ? known[target] : undefined;
    if (call === undefined) return say(400, { __type: 'com.amazon.coral.service#UnknownOperationException' });
    try {
      say(200, call(JSON.parse(await readBody(request))));
    } catch (error) {
      if (error instanceof NoSuchQueue) {
        return say(400, { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: error.message });
      }
      if (!(error instanceof z.ZodError)) throw error;
      say(400, { __type: 'com.amazonaws.sqs#InvalidParameterValue', message: error.message });
    }
  });
  base = served.url;
  return served;
};
