import * as z from 'zod';
import { NUDGE_BODY } from '../../core/model/nudge.ts';

/** EventBridge's scheduled event; its time is the tick's own moment. */
const scheduledEvent = z.object({ time: z.iso.datetime() });

/** What the minute's rule sends ahead of a later tick: its own time, and how long after it the tick is due. */
const laterTick = z.object({ time: z.iso.datetime(), afterSeconds: z.int().min(1).max(900) });

/** A queue hands over one message at a time; when it got and gave it is its own clock's word, milliseconds since 1970. */
const delivered = z.object({
  Records: z.tuple([
    z.object({
      body: z.string(),
      attributes: z.object({
        SentTimestamp: z.coerce.number(),
        ApproximateFirstReceiveTimestamp: z.coerce.number(),
      }),
    }),
  ]),
});

const secondsOf = (time: string): number => Math.floor(Date.parse(time) / 1000);

/** The moment of a timer's event, whole seconds since 1970. One that is delivered twice has the same. */
export const momentOf = (event: unknown): number => secondsOf(scheduledEvent.parse(event).time);

/**
 * A tick whose queue was so slow is not worth having: the next one is there, or about to come. Smaller than the shortest
 * period.
 */
const MOST_LATE_SECONDS = 15;

/**
 * The moment of a tick, or by how much it comes too late for anybody to want it. `nudged`: it comes before its time; `stale`: it
 * was to, and nobody has missed it.
 */
export type TickEvent =
  | { readonly kind: 'due' | 'nudged' | 'stale'; readonly at: number }
  | { readonly kind: 'late'; readonly at: number; readonly lateSeconds: number };

/** What a message asks for, and how long its queue was to keep it. */
const wanted = (body: string, sentMilliseconds: number) => {
  if (body === NUDGE_BODY)
    return { kind: 'nudged', at: Math.floor(sentMilliseconds / 1000), afterSeconds: 0 } as const;
  const { time, afterSeconds } = laterTick.parse(JSON.parse(body));
  return { kind: 'due', at: secondsOf(time) + afterSeconds, afterSeconds } as const;
};

/**
 * Reads what has woken a tick: a rule's event, or one that has lain in a queue for a part of the minute.
 *
 * A tick's moment is the rule's time and the delay, whenever the rule's event came: so no two ticks have the same moment,
 * and one that is delivered twice has. EventBridge may hand an event over up to a minute late; then all ticks of the
 * minute come as late, in their order and with the same time between them, and none is left out. What is left out is a
 * message that the queue itself has kept too long.
 *
 * A nudge's moment is that at which SQS got it, by SQS's clock: whoever sent it has no say in it.
 */
export const tickEvent = (event: unknown): TickEvent => {
  const queued = delivered.safeParse(event);
  if (!queued.success) return { kind: 'due', at: momentOf(event) };
  const [{ body, attributes }] = queued.data.Records;
  const { SentTimestamp, ApproximateFirstReceiveTimestamp } = attributes;
  const { kind, at, afterSeconds } = wanted(body, SentTimestamp);
  const keptSeconds = (ApproximateFirstReceiveTimestamp - SentTimestamp) / 1000;
  const lateSeconds = Math.round(keptSeconds - afterSeconds);
  if (lateSeconds <= MOST_LATE_SECONDS) return { kind, at };
  return kind === 'nudged' ? { kind: 'stale', at } : { kind: 'late', at, lateSeconds };
};
