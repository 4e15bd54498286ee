import { Logger } from '@aws-lambda-powertools/logger';
import type { SQSBatchResponse } from 'aws-lambda';
import * as z from 'zod';
import { type Ec2Event, parseEc2Event } from './ec2-event.ts';
import { dress } from './handler.ts';
import { forEach } from './parallel.ts';

const batch = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/**
 * A Lambda on an SQS queue of EC2 events. A message that fails is named in the answer and comes back, until the queue
 * gives it to its dead letters; the others are done. One that cannot be read is logged and dropped: it would never be
 * readable.
 */
export const onQueue = (serviceName: string, take: (event: Ec2Event) => Promise<string>) => {
  const logger = new Logger({ serviceName });
  const handle = async (body: string): Promise<void> => {
    const event = parseEc2Event(body);
    if (event === undefined) {
      logger.warn('dropped a message that is no EC2 event', { body: body.slice(0, 500) });
      return;
    }
    const outcome = await take(event);
    logger.info(`${event.kind} ${event.instanceId}: ${outcome}`, { ...event });
  };
  return dress(logger, async (event: unknown): Promise<SQSBatchResponse> => {
    const failed = await forEach(batch.parse(event).Records, async ({ messageId, body }) => {
      try {
        await handle(body);
        return [];
      } catch (error) {
        logger.error('an event could not be handled and will come again', { error, messageId });
        return [{ itemIdentifier: messageId }];
      }
    });
    return { batchItemFailures: failed.flat() };
  });
};
