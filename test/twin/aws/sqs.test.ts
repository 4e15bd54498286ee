import { expect, it } from 'vitest';
import { EVENT_QUEUE } from '../../../lib/functions/functions.ts';
import type { Outcome } from '../../../twin/aws/lambda/runtime-api.ts';
import { eventQueue } from '../../../twin/aws/sqs.ts';
import { simulatedClock } from '../../../twin/clock/clock.ts';

interface Batch {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

/** A queue with a function behind it that answers as it is told. */
const queueWith = (answer: (batch: Batch) => Outcome) => {
  const clock = simulatedClock(0);
  const batches: { readonly at: number; readonly bodies: readonly string[] }[] = [];
  const queue = eventQueue(clock, EVENT_QUEUE, (event, done) => {
    const batch = event as Batch;
    batches.push({ at: clock.now, bodies: batch.Records.map(({ body }) => body) });
    done(answer(batch));
  });
  const drain = () => {
    while (clock.next() !== undefined) clock.step();
  };
  return { clock, queue, batches, drain };
};

const done: Outcome = { ok: true, answer: { batchItemFailures: [] } };

it('gathers messages for a moment and hands them over together', () => {
  const { queue, batches, drain } = queueWith(() => done);
  queue.send('a');
  queue.send('b');
  drain();
  expect(batches).toEqual([{ at: EVENT_QUEUE.gatherSeconds, bodies: ['"a"', '"b"'] }]);
  expect(queue.pending).toBe(0);
});

it('hands over no more than a batch at a time', () => {
  const { queue, batches, drain } = queueWith(() => done);
  for (let i = 0; i < EVENT_QUEUE.batch + 1; i += 1) queue.send(i);
  drain();
  expect(batches.map(({ bodies }) => bodies.length)).toEqual([EVENT_QUEUE.batch, 1]);
});

it('brings back what was named as failed, and only that', () => {
  let failed = false;
  const { queue, batches, drain } = queueWith(({ Records }) => {
    if (failed) return done;
    failed = true;
    const [first] = Records;
    return { ok: true, answer: { batchItemFailures: [{ itemIdentifier: first?.messageId }] } };
  });
  queue.send('a');
  queue.send('b');
  drain();
  expect(batches.map(({ bodies }) => bodies)).toEqual([['"a"', '"b"'], ['"a"']]);
  expect(batches[1]?.at).toBeGreaterThanOrEqual(EVENT_QUEUE.visibleAgainSeconds);
});

it('gives up after as many tries as the stack allows, and keeps the letter', () => {
  const { queue, batches, drain } = queueWith(() => ({ ok: false, error: 'no' }));
  queue.send('a');
  drain();
  expect(batches).toHaveLength(EVENT_QUEUE.maxTries);
  expect(queue.deadLetters).toEqual([{ messageId: 'message-1', body: '"a"', sentAt: 0, why: ['no'] }]);
  expect(queue.pending).toBe(0);
});

it('says of each message when it was sent, when it first came, and how often it has', () => {
  const seen: unknown[] = [];
  const clock = simulatedClock(0);
  const queue = eventQueue(clock, EVENT_QUEUE, (event, done) => {
    const { Records } = event as { readonly Records: readonly { readonly attributes: unknown }[] };
    seen.push(...Records.map(({ attributes }) => attributes));
    done(seen.length < 3 ? { ok: false, error: 'no' } : { ok: true, answer: null });
  });
  clock.at(10, () => queue.send('a'));
  while (clock.next() !== undefined) clock.step();
  const once = { SentTimestamp: '10000', ApproximateFirstReceiveTimestamp: '11000' };
  expect(seen).toEqual([1, 2, 3].map((times) => ({ ...once, ApproximateReceiveCount: String(times) })));
});
