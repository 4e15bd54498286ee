import { setTimeout as wait } from 'node:timers/promises';

/** Waits until real time has caught up with a moment of simulated time. */
export type Pace = (untilSeconds: number) => Promise<void>;

export interface PaceOptions {
  /** The moment of simulated time at which the run begins, seconds since 1970. */
  readonly startsAt: number;
  /** Simulated seconds per real second; undefined: as fast as the machine allows. */
  readonly speed: number | undefined;
  /** From this moment of simulated time on it passes ten times as fast; absent: it never does. */
  readonly hurriesFrom?: number | undefined;
  /** Cuts every wait short. */
  readonly signal?: AbortSignal | undefined;
  /** Real milliseconds; they only ever grow. */
  readonly nowMs?: () => number;
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

const sleepFor = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
  try {
    await wait(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
};

/** So often, in real time, others get a turn even if nothing has to be waited for. */
const TURN_MS = 20;
/** How much faster time passes once little more than waiting is left. */
const HURRY = 10;
/** A run that is later than this was stopped or slept: it goes on from where it is, and does not race to catch up. */
const MOST_LATE_MS = 500;

/**
 * Keeps simulated time from running ahead of real time × `speed`, ten times that at the end of a run; without a speed it runs as fast as the machine
 * allows, and only lets the page and the keyboard have their turn.
 */
export const pacer = (options: PaceOptions): Pace => {
  const { startsAt, speed, signal, nowMs = () => performance.now(), sleep = sleepFor } = options;
  const { hurriesFrom = Number.POSITIVE_INFINITY } = options;
  let began = nowMs();
  let lastTurn = began;
  const earlyMs = (untilSeconds: number, now: number): number => {
    if (speed === undefined) return 0;
    const hurried = Math.max(0, untilSeconds - hurriesFrom);
    const seconds = untilSeconds - startsAt - hurried + hurried / HURRY;
    const early = began + (seconds / speed) * 1000 - now;
    if (early < -MOST_LATE_MS) began -= early;
    return Math.max(0, early);
  };
  return async (untilSeconds) => {
    const now = nowMs();
    const early = earlyMs(untilSeconds, now);
    if (early < 1 && now - lastTurn < TURN_MS) return;
    await sleep(early, signal);
    lastTurn = nowMs();
  };
};
