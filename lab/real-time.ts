import type { Clock } from '../twin/clock/clock.ts';

const TURN_MS = 20;

/** Lets a simulated clock, started at the present, go with real time until it is stopped. */
export const realTime = (clock: Clock): { stop(): void } => {
  const turn = setInterval(() => {
    const now = Date.now() / 1000;
    for (let next = clock.next(); next !== undefined && next <= now; next = clock.next()) clock.step();
    clock.advance(Math.max(now, clock.now));
  }, TURN_MS);
  return { stop: () => clearInterval(turn) };
};
