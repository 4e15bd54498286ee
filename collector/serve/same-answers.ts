/** Whether whoever asked listens no more. */
type HasGone = () => boolean;

/**
 * Gives the answer to a question, and the same one to whoever asks the same within some time. Who makes it may ask whether
 * all have gone who wait for it.
 */
export type SameAnswers<T> = (
  question: string,
  answer: (haveAllGone: HasGone) => Promise<T>,
  hasGone?: HasGone,
) => Promise<T>;

export interface SameAnswersOptions {
  readonly seconds: number;
  /** Most that are kept; the oldest goes first. */
  readonly most: number;
  /** Seconds since any moment, that only ever go forward. */
  readonly elapsed: () => number;
}

interface Kept<T> {
  readonly answer: Promise<T>;
  /** Who waits for it, until it is there. */
  listeners: HasGone[] | undefined;
  until: number;
}

const never = () => false;

/** Keeps answers, and those that are being made. A failure is not kept. */
export const sameAnswers = <T>({ seconds, most, elapsed }: SameAnswersOptions): SameAnswers<T> => {
  const kept = new Map<string, Kept<T>>();
  const forgetOld = () => {
    for (const [question, { until }] of kept) {
      if (kept.size <= most && until > elapsed()) return;
      kept.delete(question);
    }
  };
  const listen = ({ listeners, answer }: Kept<T>, hasGone: HasGone) => {
    listeners?.splice(0, listeners.length, ...listeners.filter((one) => !one()), hasGone);
    return answer;
  };
  return (question, answer, hasGone = never) => {
    const before = kept.get(question);
    if (before !== undefined && before.until > elapsed()) return listen(before, hasGone);
    const listeners = [hasGone];
    const mine: Kept<T> = {
      answer: answer(() => listeners.every((one) => one())),
      listeners,
      until: Number.POSITIVE_INFINITY,
    };
    kept.delete(question);
    kept.set(question, mine);
    mine.answer.then(
      () => {
        mine.until = elapsed() + seconds;
        mine.listeners = undefined;
      },
      () => {
        if (kept.get(question) === mine) kept.delete(question);
      },
    );
    forgetOld();
    return mine.answer;
  };
};
