/** Gives the answer to a question, and the same one to whoever asks the same within some time. */
export type SameAnswers<T> = (question: string, answer: () => Promise<T>) => Promise<T>;

export interface SameAnswersOptions {
  readonly seconds: number;
  /** Most that are kept; the oldest goes first. */
  readonly most: number;
  /** Seconds since any moment, that only ever go forward. */
  readonly elapsed: () => number;
}

/** Keeps answers, and those that are being made. A failure is not kept. */
export const sameAnswers = <T>({ seconds, most, elapsed }: SameAnswersOptions): SameAnswers<T> => {
  const kept = new Map<string, { readonly answer: Promise<T>; until: number }>();
  const forgetOld = () => {
    for (const [question, { until }] of kept) {
      if (kept.size <= most && until > elapsed()) return;
      kept.delete(question);
    }
  };
  return (question, answer) => {
    const before = kept.get(question);
    if (before !== undefined && before.until > elapsed()) return before.answer;
    const mine = { answer: answer(), until: Number.POSITIVE_INFINITY };
    kept.delete(question);
    kept.set(question, mine);
    mine.answer.then(
      () => {
        mine.until = elapsed() + seconds;
      },
      () => {
        if (kept.get(question) === mine) kept.delete(question);
      },
    );
    forgetOld();
    return mine.answer;
  };
};
