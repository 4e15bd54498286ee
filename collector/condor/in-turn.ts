/** How many tools run at a time for one request: each is a process with pipes of its own. */
const AT_ONCE = 8;

/** Acts on all of them, a few at a time, and gives what came of each in their order. */
export const inTurn = async <T, R>(all: readonly T[], act: (one: T) => Promise<R>): Promise<readonly R[]> => {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    while (next < all.length) {
      const index = next++;
      const one = all[index];
      if (one !== undefined) results[index] = await act(one);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return results;
};
