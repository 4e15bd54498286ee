import { describe, expect, it } from 'vitest';
import { forEach, inTurn } from '../../../runtime/run/parallel.ts';

/** Calls that wait until they are let go; counts how many are in flight. */
const gate = () => {
  const waiting: (() => void)[] = [];
  let most = 0;
  return {
    most: () => most,
    pass: () =>
      new Promise<void>((resolve) => {
        waiting.push(resolve);
        most = Math.max(most, waiting.length);
      }),
    /** Lets all go that wait now; false if nobody waits. */
    open: () => waiting.splice(0).map((go) => go()).length > 0,
  };
};

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('something that is done with each of many', () => {
  it('is never done with more than eight at a time, and with all in the end', async () => {
    const { most, pass, open } = gate();
    const items = Array.from({ length: 30 }, (_, n) => n);
    const done = forEach(items, async (n) => {
      await pass();
      return 2 * n;
    });
    await settled();
    while (open()) await settled();
    expect(await done).toEqual(items.map((n) => 2 * n));
    expect(most()).toBe(8);
  });

  it('is done with the others where one fails, and then throws what failed', async () => {
    const seen: number[] = [];
    const all = forEach([1, 2, 3, 4], async (n) => {
      if (n % 2 === 0) throw new Error(`no ${n}`);
      seen.push(n);
    });
    await expect(all).rejects.toThrow('no 2; no 4');
    expect(seen).toEqual([1, 3]);
  });

  it('throws the one that failed as it is', async () => {
    const failed = new TypeError('one');
    await expect(
      forEach([1], async () => {
        throw failed;
      }),
    ).rejects.toBe(failed);
  });
});

describe('the order of a moment', () => {
  const items = (count: number) => Array.from({ length: count }, (_, n) => n);
  const NOW = 1_767_600_000;

  it('is theirs where there is time for all', () => {
    expect(inTurn(items(40), NOW)).toEqual(items(40));
  });

  it('has each item once', () => {
    expect([...inTurn(items(1000), NOW)].sort((a, b) => a - b)).toEqual(items(1000));
  });

  it.each([20, 30, 60, 600])('gives each of many its time within an hour of ticks, each %d s', (seconds) => {
    const ticks = Math.max(25, 3600 / seconds);
    const done = new Set(
      items(ticks).flatMap((tick) => inTurn(items(1000), NOW + tick * seconds).slice(0, 100)),
    );
    expect(done.size).toBe(1000);
  });
});
