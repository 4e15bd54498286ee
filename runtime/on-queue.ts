import { Logger } from '@aws-lambda-powertools/logger';
import type { SQSBatchResponse } from 'aws-lambda';
import * as z from 'zod';
import { type Ec2Event, parseEc2Event } from './events/ec2-event.ts';
import type { EventOutcome } from './events/worker-events.ts';
import { dress } from './handler.ts';
import { forEach } from './run/parallel.ts';

/** A batch as SQS hands it over; the count says how often a message has been handed over, with this time. */
export const batch = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      body: z.string(),
      attributes: z.object({ ApproximateReceiveCount: z.coerce.number().int().min(1) }),
    }),
  ),
});

const LONGEST_EXCERPT = 500;
const excerptOf = (body: string): string => body.slice(0, LONGEST_EXCERPT).replace(/\p{Cc}+/gu, ' ');

/**
 * A Lambda on an SQS queue of EC2 events. A message that fails is named in the answer and comes back, until the queue
 * gives it to its dead letters; the others are done. One that cannot be read fails as well: it will never be readable,
 * but among the dead letters somebody sees it, and can send it again once it can be read. `take` is told how often a
 * message has come.
 */
export const onQueue = (
  serviceName: string,
  take: (event: Ec2Event, tries: number) => Promise<EventOutcome>,
) => {
  const logger = new Logger({ serviceName });
  const handle = async (body: string, tries: number): Promise<EventOutcome> => {
    const event = parseEc2Event(body);
    if (event === undefined) throw new Error(`this is no EC2 event: ${excerptOf(body)}`);
    const outcome = await take(event, tries);
    logger.info(`${event.kind} ${event.instanceId}: ${outcome}`, { ...event });
    return outcome;
  };
  return dress(logger, async (event: unknown): Promise<SQSBatchResponse> => {
    const failed = await forEach(batch.parse(event).Records, async ({ messageId, body, attributes }) => {
      try {
        const outcome = await handle(body, attributes.ApproximateReceiveCount);
        return outcome === 'comes again' ? [{ itemIdentifier: messageId }] : [];
      } catch (error) {
        logger.error('an event could not be handled and will come again', { error, messageId });
        return [{ itemIdentifier: messageId }];
      }
    });
    return { batchItemFailures: failed.flat() };
  });
};
