import { describe, expect, it } from 'vitest';
import { shared } from '../../../collector/serve/shared.ts';

/** Answers that count up, each when it is told to be there. */
const asking = (seconds: number) => {
  const clock = { now: 1_000 };
  const asked: PromiseWithResolvers<number>[] = [];
  const held = shared(
    () => {
      const answer = Promise.withResolvers<number>();
      asked.push(answer);
      return answer.promise;
    },
    seconds,
    () => clock.now,
  );
  const answer = (n: number) => asked[n - 1]?.resolve(n);
  return { clock, asked, held, answer };
};

describe('a shared answer', () => {
  it('is one for all who ask before it is there, however long that takes', async () => {
    const { clock, asked, held, answer } = asking(10);
    const first = held.get();
    clock.now += 1_000;
    const second = held.get();
    answer(1);
    expect([await first, await second, asked.length]).toEqual([1, 1, 1]);
  });

  it('holds for its seconds from when it came, and not a moment longer', async () => {
    const { clock, asked, held, answer } = asking(10);
    const first = held.get();
    clock.now += 10;
    answer(1);
    await first;
    clock.now += 9.9;
    expect(await held.get()).toBe(1);
    clock.now += 0.1;
    const second = held.get();
    answer(2);
    expect([await second, asked.length]).toEqual([2, 2]);
  });

  it('that was long in coming holds for as long as it took', async () => {
    const { clock, asked, held, answer } = asking(2);
    const first = held.get();
    clock.now += 18;
    answer(1);
    await first;
    clock.now += 17.9;
    expect(await held.get()).toBe(1);
    clock.now += 0.1;
    const second = held.get();
    answer(2);
    expect([await second, asked.length]).toEqual([2, 2]);
  });

  it('is asked for anew once the world has changed', async () => {
    const { held, answer } = asking(10);
    const before = held.get();
    held.outdate();
    const after = held.get();
    answer(2);
    answer(1);
    expect([await before, await after, await held.get()]).toEqual([1, 2, 2]);
  });

  it('is not kept if it is a failure', async () => {
    const { asked, held, answer } = asking(10);
    const first = held.get();
    asked[0]?.reject(new Error('no'));
    await expect(first).rejects.toThrow('no');
    const second = held.get();
    answer(2);
    expect(await second).toBe(2);
  });
});
