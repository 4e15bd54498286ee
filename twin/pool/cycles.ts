import type { Clock } from '../clock/clock.ts';

export interface CycleTimes {
  /** NEGOTIATOR_INTERVAL. */
  readonly intervalSeconds: number;
  /** NEGOTIATOR_CYCLE_DELAY: the least between two cycles. */
  readonly delaySeconds: number;
}

/** The negotiator's own timer. */
export interface Cycles {
  /** Asks for a cycle, as condor_reschedule does: now, or as soon as the delay allows. */
  ask(): void;
}

/** Where in its interval the first negotiation falls. */
const FIRST_SHARE = 0.37;
/** Negotiations come after all that happens at the same moment. */
const LATE = 10;

/** Runs a cycle each interval, and sooner where one is asked for; the interval then counts from that one. */
export const cycles = (
  clock: Clock,
  { intervalSeconds, delaySeconds }: CycleTimes,
  run: () => void,
): Cycles => {
  let lastAt = Number.NEGATIVE_INFINITY;
  let nextAt = clock.now + intervalSeconds * FIRST_SHARE;
  const cycle = () => {
    lastAt = clock.now;
    nextAt = lastAt + intervalSeconds;
    cancel = clock.at(nextAt, cycle, LATE);
    run();
  };
  let cancel = clock.at(nextAt, cycle, LATE);
  return {
    ask() {
      const at = Math.max(clock.now, lastAt + delaySeconds);
      if (at >= nextAt) return;
      cancel();
      nextAt = at;
      cancel = clock.at(at, cycle, LATE);
    },
  };
};
