/** So many at once, and as many again over each minute. */
export interface Bucket {
  isEmpty(): boolean;
  /** Takes one, if there is one. */
  take(): boolean;
}

/** `elapsed` gives seconds that only go forward. */
export const bucket = (perMinute: number, elapsed: () => number): Bucket => {
  let left = perMinute;
  let at = elapsed();
  const refill = () => {
    const now = elapsed();
    left = Math.min(perMinute, left + ((now - at) * perMinute) / 60);
    at = now;
  };
  return {
    isEmpty() {
      refill();
      return left < 1;
    },
    take() {
      refill();
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
};
