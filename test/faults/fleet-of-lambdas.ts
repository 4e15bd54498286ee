import { EVENT_QUEUE } from '../../lib/functions/functions.ts';
import { type EventQueue, eventQueue } from '../../twin/aws/sqs.ts';
import type { Clock } from '../../twin/clock/clock.ts';
import type { Heard, Invocation } from './gate.ts';
import { type Container, container, type Outside, timeoutOf } from './handlers.ts';
import type { HandlerName } from './script.ts';

/** One run that has come to its end, for whoever wants to look at it. */
export interface Ended {
  readonly invocation: Invocation;
  readonly answer: unknown;
  readonly heard: readonly Heard[];
  readonly template: string;
}

/** The stack, or the one that takes its place and runs beside it for a while. */
export type Version = 'this' | 'next';

export interface Lambdas {
  /** Runs a timer's handler with an event of that moment, in a warm container if one is free. */
  tick(of: 'pilots' | 'workers' | 'audit', moment: number, copy: string, version: Version): void;
  /** Deploys the stack with the next version of its launch template. */
  deploy(): void;
  readonly events: EventQueue;
  /** Runs begun so far, by handler. */
  readonly begun: Readonly<Record<HandlerName, number>>;
}

type Done = (
  outcome: { readonly ok: true; readonly answer: unknown } | { readonly ok: false; readonly error: string },
) => void;

interface Running {
  readonly container: Container;
  readonly done: Done;
  readonly callOff: () => void;
}

export interface LambdasOptions {
  readonly clock: Clock;
  readonly outside: Outside;
  /** Hears of every run from a cold start that went through. */
  readonly onEnd: (ended: Ended) => void;
  readonly stir: () => void;
}

/** The functions of one stack as AWS runs them: containers that stay warm, time-outs, a queue before the events. */
export const lambdas = ({ clock, outside, onEnd, stir }: LambdasOptions) => {
  const free: Record<HandlerName, Container[]> = { pilots: [], workers: [], events: [], audit: [] };
  const begun = { pilots: 0, workers: 0, events: 0, audit: 0 };
  const running = new Map<Invocation, Running>();

  const over = (invocation: Invocation): Running | undefined => {
    const of = running.get(invocation);
    running.delete(invocation);
    of?.callOff();
    return of;
  };
  const warm = (of: HandlerName, template: string): Container | undefined => {
    const index = free[of].findIndex((one) => one.template === template);
    return index < 0 ? undefined : free[of].splice(index, 1)[0];
  };
  const start = (
    of: HandlerName,
    id: string,
    moment: number,
    template: string,
    event: unknown,
    done: Done,
  ) => {
    begun[of] += 1;
    const found = warm(of, template);
    const used = found ?? container(of, template, outside);
    const timesLeft: number[] = [];
    const endsAt = clock.now + timeoutOf(of);
    const invocation: Invocation = {
      id,
      of,
      moment,
      startedAt: clock.now,
      calls: 0,
      dead: false,
      doubts: new Set(),
      jobDoubts: new Set(),
      timeLeft() {
        timesLeft.push(endsAt - clock.now);
        return endsAt - clock.now;
      },
      timesLeft,
      heard: found === undefined && of !== 'events' ? [] : undefined,
    };
    const callOff = clock.at(clock.now + timeoutOf(of), () => outside.gate.kill(invocation));
    running.set(invocation, { container: used, done, callOff });
    const end = (outcome: Parameters<Done>[0]) => {
      if (invocation.dead || over(invocation) === undefined) return;
      free[of].push(used);
      if (outcome.ok && invocation.heard !== undefined) {
        onEnd({ invocation, answer: outcome.answer, heard: invocation.heard, template });
      }
      done(outcome);
    };
    used.run(invocation, event).then(
      (answer) => end({ ok: true, answer }),
      (error: unknown) => end({ ok: false, error: String(error) }),
    );
    stir();
  };
  let batches = 0;
  let deployed = 1;
  const templateOf = (version: Version): string => String(version === 'this' ? deployed : deployed + 1);
  const made: Lambdas = {
    begun,
    deploy() {
      deployed += 1;
    },
    tick: (of, moment, copy, version) =>
      start(of, `${of}/${moment}/${copy}`, moment, templateOf(version), undefined, () => {}),
    events: eventQueue(clock, EVENT_QUEUE, (event, done) => {
      batches += 1;
      start('events', `events/${batches}`, clock.now, templateOf('this'), event, done);
    }),
  };
  return {
    ...made,
    /** The process is gone, and with it what its container remembered. */
    killed(invocation: Invocation) {
      over(invocation)?.done({ ok: false, error: 'the process was killed' });
    },
    maxTries: EVENT_QUEUE.maxTries,
  };
};
