import { describe, expect, it } from 'vitest';
import { turns } from '../../collector/turns.ts';

/** An act that is over when it is told to be, and what has begun so far. */
const acts = () => {
  const begun: string[] = [];
  const end = new Map<string, PromiseWithResolvers<string>>();
  const act = (name: string) => () => {
    begun.push(name);
    const mine = Promise.withResolvers<string>();
    end.set(name, mine);
    return mine.promise;
  };
  return {
    begun,
    act,
    done: (name: string) => end.get(name)?.resolve(name),
    fail: (name: string) => end.get(name)?.reject(new Error(name)),
  };
};
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('those who name the same key', () => {
  it('go one after the other, in the order in which they came, each with its own answer', async () => {
    const take = turns();
    const { begun, act, done } = acts();
    const answers = ['a', 'b', 'c'].map((name) => take('key', act(name)));
    await settled();
    expect(begun).toEqual(['a']);
    done('a');
    await settled();
    expect(begun).toEqual(['a', 'b']);
    done('b');
    await settled();
    done('c');
    expect(await Promise.all(answers)).toEqual(['a', 'b', 'c']);
  });

  it('go on after one that failed, and only that one hears of it', async () => {
    const take = turns();
    const { begun, act, done, fail } = acts();
    const first = take('key', act('a'));
    const second = take('key', act('b'));
    await settled();
    fail('a');
    await expect(first).rejects.toThrow('a');
    await settled();
    expect(begun).toEqual(['a', 'b']);
    done('b');
    expect(await second).toBe('b');
  });

  it('wait for one that came while another was at it', async () => {
    const take = turns();
    const { begun, act, done } = acts();
    const first = take('key', act('a'));
    const second = take('key', act('b'));
    await settled();
    done('a');
    await first;
    const third = take('key', act('c'));
    await settled();
    expect(begun).toEqual(['a', 'b']);
    done('b');
    await second;
    await settled();
    done('c');
    expect(await third).toBe('c');
  });

  it('do not wait for those who name another', async () => {
    const take = turns();
    const { begun, act } = acts();
    void take('one', act('a'));
    void take('other', act('b'));
    await settled();
    expect(begun).toEqual(['a', 'b']);
  });
});
