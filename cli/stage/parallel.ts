const AT_ONCE = 24;

/** Does something with each, so many at once, and answers in their order. */
export const each = async <T, U>(all: readonly T[], act: (one: T) => Promise<U>): Promise<readonly U[]> => {
  const answers: U[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < all.length; index = next++) {
      const one = all[index];
      if (one !== undefined) answers[index] = await act(one);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, worker));
  return answers;
};
