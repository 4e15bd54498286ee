/** One answer for all who ask at the same time, and for those who ask within `seconds` of it. */
export interface Shared<T> {
  get(): Promise<T>;
  /** The world has changed: the next one who asks gets an answer to a question asked after now. */
  outdate(): void;
}

/**
 * Shares what `ask` gives. A failure is not kept. `now` in seconds. What was long in coming holds for as long as it took: whoever
 * could not wait for it finds it there when asking again, and no more than half of the time goes into asking.
 */
export const shared = <T>(ask: () => Promise<T>, seconds: number, now: () => number): Shared<T> => {
  let held: { readonly answer: Promise<T>; until: number } | undefined;
  return {
    get() {
      if (held !== undefined && now() < held.until) return held.answer;
      const askedAt = now();
      const mine = { answer: ask(), until: Number.POSITIVE_INFINITY };
      held = mine;
      mine.answer.then(
        () => {
          mine.until = now() + Math.max(seconds, now() - askedAt);
        },
        () => {
          mine.until = 0;
        },
      );
      return mine.answer;
    },
    outdate() {
      held = undefined;
    },
  };
};
