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
