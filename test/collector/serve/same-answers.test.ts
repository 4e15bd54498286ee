import { describe, expect, it } from 'vitest';
import { sameAnswers } from '../../../collector/serve/same-answers.ts';

/** Answers that count up, each when it is told to be there. */
const asking = (options: { seconds?: number; most?: number } = {}) => {
  const clock = { now: 1_000 };
  const made: PromiseWithResolvers<number>[] = [];
  const ask = sameAnswers<number>({ seconds: 10, most: 100, ...options, elapsed: () => clock.now });
  return {
    clock,
    made,
    ask: (question: string) =>
      ask(question, () => {
        const answer = Promise.withResolvers<number>();
        made.push(answer);
        return answer.promise;
      }),
    answer: (n: number) => made[n - 1]?.resolve(n),
  };
};

describe('the same answer', () => {
  it('is given to all who ask the same while it is being made, and for so many seconds after', async () => {
    const { ask, answer, clock, made } = asking();
    const [a, b] = [ask('a'), ask('a')];
    clock.now += 1_000;
    answer(1);
    expect([await a, await b]).toEqual([1, 1]);
    clock.now += 9.9;
    expect(await ask('a')).toBe(1);
    clock.now += 0.1;
    const again = ask('a');
    answer(2);
    expect([await again, made.length]).toEqual([2, 2]);
  });

  it('is not given to who asks something else', async () => {
    const { ask, answer } = asking();
    const [a, b] = [ask('a'), ask('b')];
    answer(1);
    answer(2);
    expect([await a, await b]).toEqual([1, 2]);
  });

  it('is not a failure: the next one who asks gets an answer of its own', async () => {
    const { ask, answer, made } = asking();
    const first = ask('a');
    made[0]?.reject(new Error('no'));
    await expect(first).rejects.toThrow('no');
    const second = ask('a');
    answer(2);
    expect(await second).toBe(2);
  });

  it.each(['first', 'second'])(
    'is not given up where only the %s has gone who waits for it',
    async (left) => {
      const ask = sameAnswers<boolean>({ seconds: 10, most: 100, elapsed: () => 0 });
      const gone = new Set<string>();
      const { promise: later, resolve: go } = Promise.withResolvers<void>();
      const asks = (name: string) =>
        ask(
          'a',
          async (haveAllGone) => {
            const first = haveAllGone();
            await later;
            return first || haveAllGone();
          },
          () => gone.has(name),
        );
      const [first, second] = [asks('first'), asks('second')];
      gone.add(left);
      // Whoever asks makes the endpoint look at who is there still.
      const third = asks('third');
      gone.add('third');
      go();
      expect(await Promise.all([first, second, third])).toEqual([false, false, false]);
    },
  );

  it('is for somebody who does not say whether it has gone', async () => {
    const ask = sameAnswers<boolean>({ seconds: 10, most: 100, elapsed: () => 0 });
    expect(await ask('a', async (haveAllGone) => haveAllGone())).toBe(false);
  });

  it('tells whoever makes it that all have gone', async () => {
    const ask = sameAnswers<boolean>({ seconds: 10, most: 100, elapsed: () => 0 });
    expect(
      await ask(
        'a',
        async (haveAllGone) => haveAllGone(),
        () => true,
      ),
    ).toBe(true);
  });

  it('is kept of the latest, so many of them', async () => {
    const { ask, answer, made } = asking({ most: 2 });
    for (const [n, question] of ['a', 'b', 'c'].entries()) {
      const given = ask(question);
      answer(n + 1);
      await given;
    }
    expect([await ask('b'), await ask('c'), made.length]).toEqual([2, 3, 3]);
    void ask('a');
    expect(made).toHaveLength(4);
  });
});
