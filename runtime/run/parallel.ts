import { gatherFailures } from './failures.ts';

/** Calls in flight at once: enough to hide latency, few enough for EC2's request buckets. */
const AT_ONCE = 8;

/**
 * Does something with each item, several at a time; the answers come in the order of the items. One that fails does
 * not stop the others: what failed is thrown, together, when all are done.
 */
export const forEach = async <T, R>(
  items: readonly T[],
  act: (item: T) => Promise<R>,
): Promise<readonly R[]> => {
  const failures = gatherFailures();
  const answers: (R | undefined)[] = [];
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) answers[index] = await failures.during(() => act(item));
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane));
  failures.throwAny();
  return answers as R[];
};

/** Eight at a time, so many calls of 5 s take 25 s, half of what a tick has. */
const SURELY_DONE = 40;

/** The golden ratio: parts of its multiples are spread evenly, however far apart they are. */
const GOLDEN = (1 + Math.sqrt(5)) / 2;

/** Ticks are this far apart, or a multiple of it, seconds. */
const STEP_SECONDS = 20;

/**
 * Items in the order in which they are done at a moment. Of more than there surely is time for, each moment begins with another
 * one, so that it is not always the same ones who wait.
 */
export const inTurn = <T>(items: readonly T[], at: number): readonly T[] => {
  if (items.length <= SURELY_DONE) return items;
  const first = Math.floor((((at / STEP_SECONDS) * GOLDEN) % 1) * items.length);
  return [...items.slice(first), ...items.slice(0, first)];
};
