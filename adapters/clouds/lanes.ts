/** So many calls are under way at once: enough to hide latency, few for EC2's buckets and for a small cloud's API. */
const LANES = 4;

/** Does something for each, some at a time and in order, as long as there is reason to begin with another. Answers the rest. */
export const inLanes = async <T>(
  all: readonly T[],
  goOn: () => boolean,
  each: (one: T) => Promise<void>,
): Promise<readonly T[]> => {
  const left = all.values();
  const lane = async (): Promise<void> => {
    while (goOn()) {
      const next = left.next();
      if (next.done === true) return;
      await each(next.value);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return [...left];
};
