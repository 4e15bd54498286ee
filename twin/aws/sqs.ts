import type { NewsQueueLimits } from '../../lib/functions/functions.ts';
import type { Clock } from '../clock/clock.ts';
import type { Outcome } from './lambda/runtime-api.ts';

/** A message that failed as often as it may. */
export interface DeadLetter {
  readonly messageId: string;
  readonly body: string;
  readonly sentAt: number;
  /** Each way in which it failed, once. */
  readonly why: readonly string[];
}

/** An SQS queue between EventBridge and a Lambda: batches, partial batch answers, redelivery, dead letters. */
export interface EventQueue {
  send(body: unknown): void;
  /** The same of a body that is text already. */
  sendText(body: string): void;
  /** Takes dead letters away. */
  forget(messageIds: readonly string[]): void;
  readonly deadLetters: readonly DeadLetter[];
  /** Messages that are not done with. */
  readonly pending: number;
}

interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly sentAt: number;
  received: number;
  firstReceivedAt?: number;
  readonly why: Set<string>;
}

/** A moment as SQS writes it. */
export const milliseconds = (seconds: number): string => String(Math.round(seconds * 1000));

/** Those of a batch that failed, with why added to each. */
const failedOf = (outcome: Outcome, batch: readonly Message[]): readonly Message[] => {
  if (!outcome.ok) {
    for (const { why } of batch) why.add(outcome.error);
    return batch;
  }
  const { batchItemFailures = [] } = (outcome.answer ?? {}) as {
    batchItemFailures?: { itemIdentifier: string }[];
  };
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const those = batch.filter(({ messageId }) => failed.has(messageId));
  for (const { why } of those) why.add('named by the function as failed');
  return those;
};

/** A queue with the stack's limits. `invoke` is called with an SQS event and answers when the function has. */
export const eventQueue = (
  clock: Clock,
  limits: NewsQueueLimits,
  invoke: (event: unknown, done: (outcome: Outcome) => void) => void,
): EventQueue => {
  const waiting: Message[] = [];
  const deadLetters: DeadLetter[] = [];
  let inFlight = 0;
  let serial = 0;
  let flushing = false;

  const flush = () => {
    flushing = false;
    const batch = waiting.splice(0, limits.batch);
    if (waiting.length > 0) schedule(0);
    if (batch.length === 0) return;
    inFlight += batch.length;
    for (const message of batch) {
      message.received += 1;
      message.firstReceivedAt ??= clock.now;
    }
    const Records = batch.map(({ messageId, body, received, sentAt, firstReceivedAt = clock.now }) => ({
      messageId,
      body,
      attributes: {
        ApproximateReceiveCount: String(received),
        SentTimestamp: milliseconds(sentAt),
        ApproximateFirstReceiveTimestamp: milliseconds(firstReceivedAt),
      },
      eventSource: 'aws:sqs',
    }));
    invoke({ Records }, (outcome) => {
      inFlight -= batch.length;
      for (const message of failedOf(outcome, batch)) retry(message);
    });
  };
  const schedule = (seconds: number) => {
    if (flushing) return;
    flushing = true;
    clock.at(clock.now + seconds, flush);
  };
  const retry = (message: Message) => {
    if (message.received >= limits.maxTries) {
      const { messageId, body, sentAt, why } = message;
      deadLetters.push({ messageId, body, sentAt, why: [...why] });
      return;
    }
    inFlight += 1;
    clock.at(clock.now + limits.visibleAgainSeconds, () => {
      inFlight -= 1;
      waiting.push(message);
      schedule(0);
    });
  };
  const sendText = (body: string) => {
    serial += 1;
    waiting.push({
      ...{ messageId: `message-${serial}`, body },
      ...{ sentAt: clock.now, received: 0, why: new Set<string>() },
    });
    schedule(limits.gatherSeconds);
  };
  return {
    deadLetters,
    get pending() {
      return waiting.length + inFlight;
    },
    send: (body) => sendText(JSON.stringify(body)),
    sendText,
    forget(messageIds) {
      const kept = deadLetters.filter(({ messageId }) => !messageIds.includes(messageId));
      deadLetters.splice(0, deadLetters.length, ...kept);
    },
  };
};
