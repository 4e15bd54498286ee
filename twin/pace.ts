/** Waits until real time has caught up with a moment of simulated time. */
export type Pace = (untilSeconds: number) => Promise<void>;

const sleep = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });

/** So often, in real time, others get a turn even if nothing has to be waited for. */
const TURN_MS = 20;

/**
 * Keeps simulated time from running ahead of real time × `speed`; without a speed it runs as fast as the machine
 * allows, and only lets the page and the keyboard have their turn.
 */
export const pacer = (startsAt: number, speed: number | undefined, signal: AbortSignal | undefined): Pace => {
  const began = performance.now();
  let lastTurn = began;
  return async (untilSeconds) => {
    const now = performance.now();
    const early = speed === undefined ? 0 : began + ((untilSeconds - startsAt) / speed) * 1000 - now;
    if (early < 1 && now - lastTurn < TURN_MS) return;
    await sleep(Math.max(0, early), signal);
    lastTurn = performance.now();
  };
};
