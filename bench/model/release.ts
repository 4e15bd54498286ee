/** How often the rate is brought up to date, at most, and what weight the past has then. */
const EVERY_SECONDS = 30;
const PAST_WEIGHT = 0.8;

/** Counts the jobs of each kind that end in a second, smoothed. */
export const releaseRates = (kinds: number) => {
  const ended = Array.from({ length: kinds }, () => 0);
  const rates = Array.from({ length: kinds }, () => 0);
  let since = 0;
  return {
    ended(kind: number) {
      ended[kind] = (ended[kind] ?? 0) + 1;
    },
    update(now: number) {
      if (now - since < EVERY_SECONDS) return;
      for (const [kind, count] of ended.entries()) {
        rates[kind] = PAST_WEIGHT * (rates[kind] ?? 0) + (1 - PAST_WEIGHT) * (count / (now - since));
        ended[kind] = 0;
      }
      since = now;
    },
    perSecond: (kind: number): number => rates[kind] ?? 0,
  };
};
