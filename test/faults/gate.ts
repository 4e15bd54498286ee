import type { TimeLeft } from '../../runtime/run/time-left.ts';
import type { Clock } from '../../twin/clock/clock.ts';
import { stream } from '../../twin/clock/random.ts';
import type { Failing } from '../../twin/in-process/sdk.ts';
import type { HandlerName } from './script.ts';
import type { Weather } from './weather.ts';

/** One run of a handler. */
export interface Invocation {
  /** Its handler, its moment and which copy of it: what is drawn for it does not depend on other faults. */
  readonly id: string;
  readonly of: HandlerName;
  /** The moment that its event carries, seconds since 1970. */
  readonly moment: number;
  readonly startedAt: number;
  calls: number;
  /** The process was killed: nothing reaches it any more, and it makes no more calls. */
  dead: boolean;
  /** Why what it was shown may not be acted on, in truth. */
  readonly doubts: Set<string>;
  /** The same of PanDA's jobs: what does not rest on them may be acted on all the same. */
  readonly jobDoubts: Set<string>;
  /** How much time its function has left, as Lambda tells it; `timesLeft`: what it was told, in the order of its asking. */
  readonly timeLeft: TimeLeft;
  readonly timesLeft: readonly number[];
  /** What it was answered, in the order in which it came; undefined where that is not kept. */
  readonly heard: Heard[] | undefined;
}

/** An answer that a handler got to the n-th of its calls. */
export interface Heard {
  readonly call: number;
  readonly what: string;
  readonly answer: { readonly value: unknown } | { readonly error: unknown };
}

/** The way to the outside: every call of every handler goes through here and takes its time, and may go wrong. */
export interface Gate {
  pass<T>(invocation: Invocation, what: string, act: () => T, failing: Failing<T>): Promise<T>;
  /** Lets a handler wait, unless it does not need to any more. */
  wait(invocation: Invocation, seconds: number, signal: AbortSignal): Promise<void>;
  kill(invocation: Invocation): void;
  /** Whether a handler has been given something since this was last asked, and has to be let run. */
  stirred(): boolean;
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

const tried = <T>(act: () => T): Outcome<T> => {
  try {
    return { value: act() };
  } catch (error) {
    return { error };
  }
};

/** What a handler that waits is told, among the answers of its calls. */
export const WAIT = 'wait';

/** A call that is not answered is given up after so long. */
const GIVEN_UP_SECONDS = 10;
/** A request that hangs in the network still arrives, up to so much later. */
const LATE_SECONDS = 40;

export const gate = (
  clock: Clock,
  seed: number,
  weather: Weather,
  onKill: (of: Invocation) => void,
): Gate => {
  let stirred = false;
  const kill = (invocation: Invocation) => {
    if (invocation.dead) return;
    invocation.dead = true;
    onKill(invocation);
  };
  /** Gives a handler what its call came to, and keeps that. */
  const handed = (invocation: Invocation, call: number, what: string) => (answer: Heard['answer']) => {
    if (invocation.dead) return false;
    stirred = true;
    invocation.heard?.push({ call, what, answer });
    return true;
  };
  return {
    kill,
    wait: (invocation, seconds, signal) =>
      new Promise((resolve) => {
        if (invocation.dead) return;
        const hand = handed(invocation, invocation.calls, WAIT);
        invocation.calls += 1;
        const callOff = clock.at(clock.now + seconds, () => {
          if (hand({ value: undefined })) resolve();
        });
        signal.addEventListener('abort', callOff, { once: true });
      }),
    stirred() {
      const was = stirred;
      stirred = false;
      return was;
    },
    pass: <T>(invocation: Invocation, what: string, act: () => T, failing: Failing<T>) =>
      new Promise<T>((resolve, reject) => {
        if (invocation.dead) return;
        const call = invocation.calls;
        invocation.calls += 1;
        const random = stream(seed, 'call', invocation.id, call);
        const fate = weather.callFate(invocation.of, invocation.startedAt, call);
        const [out, back] = [0.01 + 0.3 * random(), 0.01 + 0.3 * random()];
        const later = (seconds: number, happen: () => void) => void clock.at(clock.now + seconds, happen);
        const isHanded = handed(invocation, call, what);
        const hand = (outcome: Outcome<T>) => {
          if (!isHanded(outcome)) return;
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.value);
        };
        switch (fate) {
          case 'killed before the call':
            kill(invocation);
            return;
          case 'killed while it is away':
            later(out + LATE_SECONDS * random(), () => void tried(act));
            kill(invocation);
            return;
          case 'killed after the call':
            later(out, () => {
              tried(act);
              kill(invocation);
            });
            return;
          case 'request lost':
            later(GIVEN_UP_SECONDS, () => hand(tried(failing.lost)));
            return;
          case 'reply lost':
            later(out, () => {
              tried(act);
              later(GIVEN_UP_SECONDS, () => hand(tried(failing.lost)));
            });
            return;
          case 'throttled':
            later(out + back, () => hand(tried(failing.throttled)));
            return;
          case 'sent twice':
            later(out, () => {
              tried(act);
              later(2 * random(), () => {
                const outcome = tried(act);
                later(back, () => hand(outcome));
              });
            });
            return;
          default: {
            const away = out + (fate === 'request late' ? LATE_SECONDS * random() : 0);
            const home = back + (fate === 'reply late' ? LATE_SECONDS * random() : 0);
            later(away, () => {
              const outcome = tried(act);
              later(home, () => hand(outcome));
            });
          }
        }
      }),
  };
};
